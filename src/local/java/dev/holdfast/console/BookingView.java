package dev.holdfast.console;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.local.Json;
import dev.holdfast.local.LocalCloud;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Looks a booking up in the stores themselves, past every fault. Thread-safe. */
final class BookingView implements AutoCloseable {
  private static final List<String> FIELDS =
      List.of("eventId", "type", "amount", "currency", "occurredAt", "recordedAt");

  private final LocalCloud cloud;
  private final DynamoDbClient events;
  private final DynamoDbClient heads;

  BookingView(LocalCloud cloud) {
    this.cloud = cloud;
    this.events = cloud.dynamoDb(EVENT_TABLE);
    this.heads = cloud.dynamoDb(PENDING_INDEX);
  }

  @Override
  public void close() {
    events.close();
    heads.close();
  }

  /**
   * What the stores hold under a code: its head, if it has one, and its events, each where it is.
   * An event that is in both is shown in the event table.
   *
   * @throws SdkException if a store does not answer
   */
  ObjectNode look(String code) {
    // In this order: an event that is drained meanwhile is seen twice, not never.
    JsonNode head = head(code);
    List<JsonNode> recorded = recorded(code);
    ObjectNode view = Json.object().put("bookingCode", code);
    putHead(view, head, unclaimed(recorded));
    Shown shown = new Shown(view.putArray("events"), new HashSet<>());
    for (JsonNode event : recorded) {
      shown.add(event, EVENT_TABLE.key(), "recorded", MissingNode.getInstance());
    }
    for (JsonNode event : head.at("/events/L")) {
      shown.add(event.path("M"), PENDING_INDEX.key(), state(head), head.path("pendingSince"));
    }
    for (JsonNode kept : head.at("/kept/L")) {
      JsonNode since = kept.at("/M/conflictSince");
      shown.add(kept.at("/M/event/M"), PENDING_INDEX.key(), "conflict", since);
    }
    return view;
  }

  /**
   * How many events of a booking its head does not know of, by the event table.
   *
   * @throws SdkException if it does not answer
   */
  long unclaimed(String code) {
    return unclaimed(recorded(code));
  }

  private static long unclaimed(List<JsonNode> recorded) {
    return recorded.stream().filter(event -> event.has("unclaimedSince")).count();
  }

  private JsonNode head(String code) {
    return Json.item(
        heads
            .getItem(
                get ->
                    get.tableName(cloud.tableName(PENDING_INDEX))
                        .key(Map.of("bookingCode", AttributeValue.fromS(code)))
                        .consistentRead(true))
            .item());
  }

  private List<JsonNode> recorded(String code) {
    return events
        .query(
            query ->
                query
                    .tableName(cloud.tableName(EVENT_TABLE))
                    .keyConditionExpression("bookingCode = :code")
                    .expressionAttributeValues(Map.of(":code", AttributeValue.fromS(code)))
                    .consistentRead(true))
        .items()
        .stream()
        .map(Json::item)
        .toList();
  }

  private static void putHead(ObjectNode view, JsonNode head, long unclaimed) {
    if (head.isEmpty() && unclaimed == 0) {
      view.putNull("head");
      return;
    }
    ObjectNode json = view.putObject("head");
    if (!head.isEmpty()) {
      json.put("version", head.at("/version/N").asInt())
          .put("eventId", head.at("/eventId/S").asText())
          .put("state", state(head))
          .put("revision", head.at("/revision/N").asLong());
      json.set("claimedAt", head.path("claimedAt").get("S"));
    }
    json.put("waiting", state(head).equals("pending") ? head.at("/events/L").size() : 0)
        .put("kept", head.at("/kept/L").size())
        .put("unclaimed", unclaimed);
  }

  private static String state(JsonNode head) {
    if (head.has("pendingSince")) {
      return "pending";
    }
    return head.has("recorded") ? "recorded" : "claimed";
  }

  /** The events so far, no event twice. */
  private record Shown(ArrayNode list, Set<String> eventIds) {
    void add(JsonNode event, String home, String status, JsonNode since) {
      if (eventIds.add(event.at("/eventId/S").asText())) {
        ObjectNode json = list.addObject().put("version", event.at("/version/N").asInt());
        FIELDS.forEach(field -> json.set(field, event.path(field).get("S")));
        json.put("home", home).put("status", status).set("since", since.get("S"));
      }
    }
  }
}
