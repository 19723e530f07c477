package dev.holdfast.aws;

import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Through which regions the pending index is reached.
 *
 * @param clients one for each region, in the order in which they are tried
 */
record PendingRegions(List<DynamoDbClient> clients) {}
