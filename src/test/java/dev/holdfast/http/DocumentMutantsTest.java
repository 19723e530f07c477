package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.ApiResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * That a document which does not fit the endpoints is noticed, and so is an answer which does not
 * fit the document: the other tests would be worth nothing otherwise.
 */
class DocumentMutantsTest {

  private static final Exchanges EXCHANGES = Exchanges.ofEveryKind();
  private static final ApiDocument DOCUMENT = ApiDocument.published();

  /** The headers that the gateway's own errors of the same status do not have. */
  private static final Set<String> OF_THE_LEDGER = Set.of("cache-control", "retry-after");

  private static final Set<Integer> OF_AN_EVENT = Set.of(201, 202);

  private static final Set<Integer> OF_THE_GATEWAY_TOO = Set.of(400, 413, 500, 503);

  @Test
  void theDocumentFits() {
    assertThat(EXCHANGES.faults(DOCUMENT)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/paths/~1bookings~1{bookingCode},                             its path",
    "/paths/~1bookings~1{bookingCode}~1events/get,                 its operation",
    "/paths/~1bookings~1{bookingCode}~1events/get/parameters/0,    from",
    "/paths/~1bookings~1{bookingCode}~1events/get/parameters/1,    limit",
    "/paths/~1bookings~1{bookingCode}~1events/get/parameters/1/schema/minimum, its lower limit",
    "/paths/~1bookings~1{bookingCode}~1events/get/parameters/1/schema/maximum, its upper limit",
    "/paths/~1bookings~1{bookingCode}~1events/get/parameters/2/schema/enum/1,  a value of order",
    "/paths/~1bookings~1{bookingCode}~1events/post/parameters/0/schema/enum/0, the identity",
    "/paths/~1bookings~1{bookingCode}~1events/post/requestBody,    the body",
    "/paths/~1bookings~1{bookingCode}~1events/post/responses/200,  a status",
    "/paths/~1bookings~1{bookingCode}~1events/post/responses/202,  a status",
    "/paths/~1bookings~1{bookingCode}~1events/post/responses/409,  a status",
    "/paths/~1bookings~1{bookingCode}~1events/post/responses/500,  a status",
    "/paths/~1bookings~1{bookingCode}~1events/post/responses/201/headers/Location,        a header",
    "/paths/~1bookings~1{bookingCode}~1events/post/responses/200/headers/Location,        a header",
    "/paths/~1bookings~1{bookingCode}~1events/post/responses/415/headers/Accept,          a header",
    "/paths/~1bookings~1{bookingCode}~1events/post/responses/415/headers/Accept-Encoding, a header",
    "/components/responses/Unavailable/headers/Retry-After,        a header",
    "/paths/~1$default/x-amazon-apigateway-any-method/responses/405/headers/Allow,        a header",
    "/paths/~1$default/x-amazon-apigateway-any-method/responses/404,                      a status",
    "/components/responses/InvalidRequest/content/application~1problem+json, a media type",
    "/components/schemas/BookingCode/pattern,                      a pattern",
    "/components/schemas/Version/minimum,                          a limit",
    "/components/schemas/Version/maximum,                          a limit",
    "/components/schemas/Version/type,                             a type",
    "/components/schemas/EventType/pattern,                        a pattern",
    "/components/schemas/Price/required/0,                         what is required",
    "/components/schemas/Price/required/1,                         what is required",
    "/components/schemas/Price/additionalProperties,               strictness",
    "/components/schemas/Price/properties/amount/pattern,          a pattern",
    "/components/schemas/Price/properties/amount/maxLength,        a limit",
    "/components/schemas/OccurredAt/pattern,                       a pattern",
    "/components/schemas/EventData/type,                           a type",
    "/components/schemas/PriceEvent/required/0,                    what is required",
    "/components/schemas/PriceEvent/required/1,                    what is required",
    "/components/schemas/PriceEvent/required/2,                    what is required",
    "/components/schemas/PriceEvent/required/3,                    what is required",
    "/components/schemas/PriceEvent/required/4,                    what is required",
    "/components/schemas/PriceEvent/additionalProperties,          strictness",
    "/components/schemas/PriceEvent/properties/data,               a member of a request",
    "/components/schemas/PriceEvent/properties/eventId/pattern,    a pattern",
    "/components/schemas/AcceptedEvent/properties/data,            a member of an answer",
    "/components/schemas/AcceptedEvent/properties/recordedAt,      a member of an answer",
    "/components/schemas/AcceptedEvent/properties/status/enum/1,   a value",
    "/components/schemas/Page/properties/next,                     a member of an answer",
    "/components/schemas/VersionConflict/properties/currentVersion, a member of a problem",
    "/components/schemas/InvalidRequest/properties/errors,         a member of a problem"
  })
  void aDocumentWithoutOneOfTheseIsNoticed(String place, String what) {
    ApiDocument mutant = DOCUMENT.with(document -> remove(document, JsonPointer.compile(place)));

    assertThat(EXCHANGES.faults(mutant)).as(what).isNotEmpty();
  }

  private static void remove(JsonNode document, JsonPointer place) {
    JsonNode around = document.at(place.head());
    if (around instanceof ArrayNode array) {
      array.remove(place.last().getMatchingIndex());
    } else {
      ((ObjectNode) around).remove(place.last().getMatchingProperty());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/components/schemas/Version,                              type,    string",
    "/components/schemas/Price/properties/amount,              type,    number",
    "/components/schemas/EventData,                            type,    array",
    "/components/schemas/AcceptedEvent/properties/status,      type,    boolean",
    "/components/schemas/VersionConflict/properties/currentVersion, type, string",
    "/components/schemas/FieldError/properties/pointer,        type,    array",
    "/components/schemas/FieldError/properties/pointer,        pattern, ^$",
    "/components/schemas/BookingCodeTaken/properties/type,     const,   taken",
    "/components/schemas/Unavailable/properties/title,         const,   Later",
    "/components/headers/Location/schema,                      pattern, ^/events/",
    "/components/headers/NoStore/schema,                       const,   no-cache",
    "/paths/~1bookings~1{bookingCode}/parameters/0,            $ref,    #/paths/~1bookings~1{bookingCode}~1events/get/parameters/0"
  })
  void aDocumentThatSaysSomethingElseIsNoticed(String place, String keyword, String value) {
    ApiDocument mutant =
        DOCUMENT.with(document -> ((ObjectNode) document.at(place)).put(keyword, value));

    assertThat(EXCHANGES.faults(mutant)).isNotEmpty();
  }

  @Test
  void anAnswerWithAnotherStatusIsNoticed() {
    assertThat(
            EXCHANGES.unnoticed(
                DOCUMENT,
                response ->
                    List.of(
                        new ApiResponse(418, response.headers(), response.body()),
                        new ApiResponse(204, response.headers(), response.body()))))
        .isEmpty();
  }

  @Test
  void anAnswerWithAHeaderMoreOrLessIsNoticed() {
    assertThat(EXCHANGES.unnoticed(DOCUMENT, DocumentMutantsTest::withOtherHeaders)).isEmpty();
  }

  private static List<ApiResponse> withOtherHeaders(ApiResponse response) {
    List<ApiResponse> changed = new ArrayList<>();
    changed.add(withHeaders(response, headers -> headers.put("x-surplus", "1")));
    for (String name : response.headers().keySet()) {
      if (!(OF_THE_LEDGER.contains(name) && OF_THE_GATEWAY_TOO.contains(response.status()))) {
        changed.add(withHeaders(response, headers -> headers.remove(name)));
      }
      changed.add(withHeaders(response, headers -> headers.put(name, "no such thing")));
    }
    return changed;
  }

  private static ApiResponse withHeaders(
      ApiResponse response, Consumer<Map<String, String>> change) {
    Map<String, String> headers = new HashMap<>(response.headers());
    change.accept(headers);
    return new ApiResponse(response.status(), headers, response.body());
  }

  @Test
  void anAnswerWithAMemberMoreOrLessOrOfAnotherTypeIsNoticed() {
    assertThat(EXCHANGES.unnoticed(DOCUMENT, DocumentMutantsTest::withOtherMembers)).isEmpty();
  }

  private static List<ApiResponse> withOtherMembers(ApiResponse response) {
    List<ApiResponse> changed = new ArrayList<>();
    for (JsonPointer place : objects(Exchanges.json(response), JsonPointer.empty())) {
      changed.add(withBody(response, place, object -> object.put("surplus", 1)));
      Exchanges.json(response)
          .at(place)
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (!Set.of("data", "next").contains(name)) {
                  changed.add(withBody(response, place, object -> object.remove(name)));
                }
                changed.add(withBody(response, place, object -> object.put(name, true)));
                changed.add(withBody(response, place, object -> object.putNull(name)));
                if (!name.equals("detail")) {
                  changed.add(withBody(response, place, object -> object.put(name, "~ no such")));
                }
              });
    }
    return changed;
  }

  @Test
  void anEventWithAnotherStatusIsNoticed() {
    assertThat(
            EXCHANGES.unnoticed(
                DOCUMENT,
                response ->
                    OF_AN_EVENT.contains(response.status())
                        ? List.of(
                            withBody(
                                response,
                                JsonPointer.empty(),
                                DocumentMutantsTest::withOtherStatus))
                        : List.of()))
        .isEmpty();
  }

  @Test
  void aPageWhosePendingEventComesBeforeARecordedOneIsNoticed() {
    List<ApiResponse> mixed = new ArrayList<>();
    assertThat(
            EXCHANGES.unnoticed(
                DOCUMENT,
                response -> {
                  if (!isMixed(Exchanges.json(response).path("events"))) {
                    return List.of();
                  }
                  ApiResponse changed =
                      withBody(
                          withBody(
                              response,
                              JsonPointer.compile("/events/0"),
                              DocumentMutantsTest::withOtherStatus),
                          JsonPointer.compile("/events/1"),
                          DocumentMutantsTest::withOtherStatus);
                  mixed.add(changed);
                  return List.of(changed);
                }))
        .isEmpty();
    assertThat(mixed).isNotEmpty();
  }

  private static boolean isMixed(JsonNode events) {
    return events.findValuesAsText("status").equals(List.of("recorded", "pending"));
  }

  /** Recorded is pending, and pending is recorded. */
  private static void withOtherStatus(ObjectNode event) {
    event.put("status", event.path("status").asText().equals("pending") ? "recorded" : "pending");
  }

  /** The objects of an answer, but for data, where everything is allowed. */
  private static List<JsonPointer> objects(JsonNode node, JsonPointer place) {
    List<JsonPointer> objects = new ArrayList<>();
    if (node.isObject()) {
      objects.add(place);
    }
    node.properties().stream()
        .filter(member -> !member.getKey().equals("data"))
        .forEach(
            member ->
                objects.addAll(objects(member.getValue(), place.appendProperty(member.getKey()))));
    if (node.isArray() && !node.isEmpty()) {
      objects.addAll(objects(node.path(0), place.appendIndex(0)));
    }
    return objects;
  }

  private static ApiResponse withBody(
      ApiResponse response, JsonPointer place, Consumer<ObjectNode> change) {
    JsonNode body = Exchanges.json(response);
    change.accept((ObjectNode) body.at(place));
    return new ApiResponse(response.status(), response.headers(), body.toString());
  }
}
