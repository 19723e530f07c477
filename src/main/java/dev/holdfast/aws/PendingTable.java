package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Unavailable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/**
 * The table of the pending index, whose only key is {@code bookingCode}: the heads of all bookings,
 * and beside them the resolved conflicts. What the ports on it share. Safe for use by several
 * threads.
 */
public final class PendingTable {

  private final TableCalls calls;
  private final TableCalls callsToOneRegion;
  private final ReadableItems items;
  private final String name;

  /**
   * @param regions the table's clients, in the order in which they are tried: two only where it is
   *     strongly consistent between them
   * @param name or ARN
   * @param limit how long one request may take, all attempts in all regions together
   * @param metrics where the time of each request goes
   */
  public PendingTable(
      List<DynamoDbClient> regions, String name, Duration limit, EmbeddedMetrics metrics) {
    this.calls = new TableCalls(Dependency.PENDING_INDEX, regions, limit, metrics);
    this.callsToOneRegion =
        new TableCalls(Dependency.PENDING_INDEX, regions.subList(0, 1), limit, metrics);
    this.items = new ReadableItems(Dependency.PENDING_INDEX, metrics);
    this.name = name;
  }

  String name() {
    return name;
  }

  TableCalls calls() {
    return calls;
  }

  /** For what is no longer the same where another region answers; the first one only. */
  TableCalls callsToOneRegion() {
    return callsToOneRegion;
  }

  ReadableItems items() {
    return items;
  }

  static Map<String, AttributeValue> key(BookingCode bookingCode) {
    return key(bookingCode.value());
  }

  static Map<String, AttributeValue> key(String text) {
    Map<String, AttributeValue> key = new HashMap<>();
    key.put("bookingCode", AttributeValue.fromS(text));
    return key;
  }

  /** A call, and what is made of its answer. */
  interface Call<A> {

    /**
     * Makes it.
     *
     * @throws CorruptItemException if an item is not what it should be
     */
    A make() throws NoAnswerException;
  }

  /** The answer to a call; what is given instead, if there is none that can be read. */
  <A> A answer(BookingCode bookingCode, Call<A> call, Function<Unavailable, A> otherwise) {
    try {
      return call.make();
    } catch (NoAnswerException failure) {
      return otherwise.apply(failure.unavailable());
    } catch (CorruptItemException unreadable) {
      items.skip(key(bookingCode), unreadable);
      return otherwise.apply(Unavailable.unreadable("The head of the booking cannot be read"));
    }
  }

  /** The item under a key, strongly consistent. */
  Optional<StoredItem> find(Map<String, AttributeValue> key) throws NoAnswerException {
    GetItemRequest request =
        GetItemRequest.builder().tableName(name).key(key).consistentRead(true).build();
    GetItemResponse response = calls.run(client -> client.getItem(request));
    return response.hasItem() ? Optional.of(new StoredItem(response.item())) : Optional.empty();
  }

  /**
   * A sparse index of the heads.
   *
   * @param index its name, and the beginning of its attributes' names
   * @param event which event of a head is owed
   */
  SparseIndex sparseIndex(String index, Function<Head, AcceptedEvent> event) {
    return new SparseIndex(
        calls,
        items,
        name,
        index,
        item -> event.apply(HeadAttributes.read(item)),
        // Whatever is done about a head raises it.
        item -> Long.toString(item.number("revision")));
  }
}
