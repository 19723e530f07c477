package dev.holdfast.aws;

import dev.holdfast.ledger.AuditView.Absent;
import dev.holdfast.ledger.AuditView.Item;
import dev.holdfast.ledger.AuditView.Look;
import dev.holdfast.ledger.AuditView.Page;
import dev.holdfast.ledger.AuditView.PageAnswer;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * A parallel scan of a table (AWS, "Scanning tables in DynamoDB", "Parallel scan"), and single
 * items of it. Safe for use by several threads.
 *
 * @param scans where pages come from: one region, since nobody promises that a segment of a table
 *     is the same one in another
 * @param calls where single items come from
 * @param key of a position
 * @param position what a key says; not of one that no operator's event could spell
 * @param reading what an item holds; nothing where it is none that is audited
 */
record AuditedTable(
    TableCalls scans,
    TableCalls calls,
    String name,
    Function<Position, Map<String, AttributeValue>> key,
    Function<StoredItem, Position> position,
    Function<Map<String, AttributeValue>, Optional<Item>> reading) {

  /** Few, since for each of them the other table may be read, and a page is done as a whole. */
  private static final int ITEMS_PER_PAGE = 25;

  PageAnswer page(Segment segment, Optional<Position> after) {
    ScanRequest.Builder request =
        ScanRequest.builder()
            .tableName(name)
            .segment(segment.number())
            .totalSegments(segment.total())
            .limit(ITEMS_PER_PAGE)
            .consistentRead(true);
    after.map(key).ifPresent(request::exclusiveStartKey);
    List<Item> items = new ArrayList<>();
    try {
      while (true) {
        ScanRequest scan = request.build();
        ScanResponse response = scans.run(client -> client.scan(scan));
        response.items().forEach(item -> reading.apply(item).ifPresent(items::add));
        Optional<Position> reached = ReadableItems.readKey(response.lastEvaluatedKey(), position);
        // A key that cannot be told is passed over: the next page begins where it can.
        if (reached.isPresent() || !response.hasLastEvaluatedKey()) {
          return new Page(List.copyOf(items), reached);
        }
        request.exclusiveStartKey(response.lastEvaluatedKey());
      }
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  Look at(Position place) {
    GetItemRequest request =
        GetItemRequest.builder().tableName(name).key(key.apply(place)).consistentRead(true).build();
    try {
      GetItemResponse response = calls.run(client -> client.getItem(request));
      return response.hasItem()
          ? reading.apply(response.item()).<Look>map(item -> item).orElseGet(Absent::new)
          : new Absent();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }
}
