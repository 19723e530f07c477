package dev.holdfast.console;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.local.LocalCloud;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Looks a booking up in the stores themselves, past every fault. Thread-safe. */
final class BookingView implements AutoCloseable {
  private static final List<String> FIELDS =
      List.of("eventId", "type", "amount", "currency", "occurredAt");

  private final LocalCloud cloud;
  private final DynamoDbClient events;
  private final DynamoDbClient claims;

  BookingView(LocalCloud cloud) {
    this.cloud = cloud;
    this.events = cloud.dynamoDb(EVENT_TABLE);
    this.claims = cloud.dynamoDb(PENDING_INDEX);
  }

  @Override
  public void close() {
    events.close();
    claims.close();
  }

  /**
   * What the stores hold under a code.
   *
   * @throws SdkException if a store does not answer
   */
  ObjectNode look(String code) {
    Map<String, AttributeValue> claim =
        claims
            .getItem(
                get ->
                    get.tableName(cloud.tableName(PENDING_INDEX))
                        .key(
                            Map.of(
                                "bookingCode", AttributeValue.fromS(code),
                                "version", AttributeValue.fromN("1")))
                        .consistentRead(true))
            .item();
    List<Map<String, AttributeValue>> recorded = recorded(code);
    ObjectNode view = JsonNodeFactory.instance.objectNode().put("bookingCode", code);
    putClaim(view, claim, recorded);
    ArrayNode list = view.putArray("events");
    Optional<Map<String, AttributeValue>> parked =
        Optional.ofNullable(claim.get("event")).map(AttributeValue::m);
    for (Map<String, AttributeValue> event : recorded) {
      boolean wasParked =
          parked.filter(same -> text(same, "eventId").equals(text(event, "eventId"))).isPresent();
      put(list, event, EVENT_TABLE.key(), "recorded")
          .put("pendingSince", wasParked ? text(claim, "pendingSince").orElse(null) : null);
    }
    parked
        .filter(
            event ->
                recorded.stream()
                    .noneMatch(same -> text(same, "eventId").equals(text(event, "eventId"))))
        .ifPresent(
            event ->
                put(
                        list,
                        event,
                        PENDING_INDEX.key(),
                        claim.containsKey("conflictSince") ? "conflict" : "pending")
                    .put("pendingSince", text(claim, "pendingSince").orElse(null)));
    return view;
  }

  /**
   * Whether the event table holds that the claim of a code is owed.
   *
   * @throws SdkException if it does not answer
   */
  boolean isUnclaimed(String code) {
    return recorded(code).stream().anyMatch(event -> event.containsKey("unclaimedSince"));
  }

  private List<Map<String, AttributeValue>> recorded(String code) {
    return events
        .query(
            query ->
                query
                    .tableName(cloud.tableName(EVENT_TABLE))
                    .keyConditionExpression("bookingCode = :code")
                    .expressionAttributeValues(Map.of(":code", AttributeValue.fromS(code)))
                    .consistentRead(true))
        .items();
  }

  private static void putClaim(
      ObjectNode view,
      Map<String, AttributeValue> claim,
      List<Map<String, AttributeValue>> recorded) {
    Optional<Map<String, AttributeValue>> unclaimed =
        recorded.stream().filter(event -> event.containsKey("unclaimedSince")).findFirst();
    if (claim.isEmpty() && unclaimed.isEmpty()) {
      view.putNull("claim");
      return;
    }
    ObjectNode json = view.putObject("claim");
    if (claim.isEmpty()) {
      // The claim is owed: the event table has decided without it.
      json.put("eventId", text(unclaimed.get(), "eventId").orElse(null))
          .putNull("claimedAt")
          .putNull("revision")
          .put("state", "unclaimed");
      return;
    }
    json.put("eventId", text(claim, "eventId").orElse(null))
        .put("claimedAt", text(claim, "claimedAt").orElse(null))
        .put("revision", Long.parseLong(claim.get("revision").n()))
        .put("state", state(claim));
  }

  private static String state(Map<String, AttributeValue> claim) {
    if (claim.containsKey("conflictSince")) {
      return "conflict";
    }
    return claim.containsKey("event") ? "pending" : "claimed";
  }

  private static ObjectNode put(
      ArrayNode list, Map<String, AttributeValue> event, String home, String status) {
    ObjectNode json = list.addObject();
    json.put("version", Integer.parseInt(event.get("version").n()));
    FIELDS.forEach(field -> json.put(field, text(event, field).orElse(null)));
    return json.put("home", home)
        .put("status", status)
        .put("recordedAt", text(event, "recordedAt").orElse(null));
  }

  private static Optional<String> text(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name)).map(AttributeValue::s);
  }
}
