package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** A table's stream, read from its beginning by a pipe. For one thread. */
final class StreamSource implements Supplier<List<JsonNode>> {
  private final DynamoDbStreamsClient client;
  private final Supplier<Optional<String>> streamArn;

  /** By shard; nothing where its end was read. */
  private final Map<String, Optional<String>> iterators = new HashMap<>();

  /**
   * @param streamArn as the server itself has it, if the table has a stream
   */
  StreamSource(DynamoDbStreamsClient client, Supplier<Optional<String>> streamArn) {
    this.client = client;
    this.streamArn = streamArn;
  }

  /** The records that have come. */
  @Override
  public List<JsonNode> get() {
    return streamArn.get().map(this::records).orElseGet(List::of);
  }

  private List<JsonNode> records(String arn) {
    List<JsonNode> records = new ArrayList<>();
    for (Shard shard :
        client.describeStream(it -> it.streamArn(arn)).streamDescription().shards()) {
      Optional<String> iterator =
          iterators.computeIfAbsent(shard.shardId(), id -> Optional.of(beginning(arn, id)));
      if (iterator.isPresent()) {
        GetRecordsResponse page = client.getRecords(it -> it.shardIterator(iterator.get()));
        page.records().forEach(record -> records.add(json(record)));
        iterators.put(shard.shardId(), Optional.ofNullable(page.nextShardIterator()));
      }
    }
    return records;
  }

  private String beginning(String arn, String shardId) {
    return client
        .getShardIterator(
            it ->
                it.streamArn(arn)
                    .shardId(shardId)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
        .shardIterator();
  }

  /** As a pipe gets it (AWS, "Amazon DynamoDB stream as a source for EventBridge Pipes"). */
  static JsonNode json(Record record) {
    ObjectNode json =
        Json.object()
            .put("eventID", record.eventID())
            .put("eventName", record.eventNameAsString())
            .put("eventVersion", record.eventVersion())
            .put("eventSource", "aws:dynamodb")
            .put("awsRegion", Intrinsics.REGION);
    ObjectNode change = Json.AWS.valueToTree(record.dynamodb().toBuilder());
    change.put(
        "ApproximateCreationDateTime",
        record.dynamodb().approximateCreationDateTime().getEpochSecond());
    return json.set("dynamodb", change);
  }
}
