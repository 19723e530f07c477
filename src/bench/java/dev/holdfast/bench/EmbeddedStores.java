package dev.holdfast.bench;

import dev.holdfast.aws.Clients;
import dev.holdfast.aws.EmbeddedDynamoDb;
import dev.holdfast.aws.EmbeddedSqs;
import java.net.URI;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Empty stores in memory: the event table and the pending index in a DynamoDB Local each, the
 * fallback queue in an ElasticMQ. The clients are those of the ledger: Apache's, two attempts.
 */
final class EmbeddedStores implements AutoCloseable {

  private final EmbeddedDynamoDb events = new EmbeddedDynamoDb();
  private final EmbeddedDynamoDb pending = new EmbeddedDynamoDb();
  private final EmbeddedSqs sqs = new EmbeddedSqs();
  private final String queueUrl;

  EmbeddedStores() {
    try {
      events.start();
      pending.start();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
    sqs.start();
    queueUrl = sqs.createQueue("fallback");
  }

  DynamoDbClient events() {
    return events.client();
  }

  DynamoDbClient pending() {
    return pending.client();
  }

  SqsClient sqs() {
    return sqs.client();
  }

  URI eventsEndpoint() {
    return events.endpoint();
  }

  URI pendingEndpoint() {
    return pending.endpoint();
  }

  URI sqsEndpoint() {
    return sqs.endpoint();
  }

  String queueUrl() {
    return queueUrl;
  }

  /** The ledger over these stores. */
  Ledger ledger() {
    return ledgerOver(events());
  }

  /** The ledger, with another way to the event table. */
  Ledger ledgerOver(DynamoDbClient eventTable) {
    return Ledger.over(
        eventTable,
        EmbeddedDynamoDb.EVENT_TABLE,
        pending(),
        EmbeddedDynamoDb.PENDING_INDEX,
        sqs(),
        queueUrl);
  }

  /** A client that goes elsewhere, with the limit of the event table. */
  static DynamoDbClient clientOf(URI endpoint) {
    return Clients.dynamoDb(endpoint, Ledger.EVENT_TABLE_LIMIT);
  }

  @Override
  public void close() {
    try {
      sqs.stop();
      pending.stop();
      events.stop();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
