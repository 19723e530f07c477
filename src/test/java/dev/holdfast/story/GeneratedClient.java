package dev.holdfast.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.holdfast.client.ApiClient;
import dev.holdfast.client.ApiException;
import dev.holdfast.client.ApiResponse;
import dev.holdfast.client.BookingsApi;
import dev.holdfast.client.model.AcceptedEvent;
import dev.holdfast.client.model.Page;
import dev.holdfast.client.model.Price;
import dev.holdfast.client.model.PriceEvent;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * A client of the ledger that nobody wrote: a generator made it from the API's document while this
 * was built.
 */
final class GeneratedClient {

  static final OffsetDateTime OCCURRED_AT = OffsetDateTime.parse("2026-11-23T09:15:00+01:00");

  private final ApiClient client = new ApiClient();
  private final BookingsApi bookings;

  GeneratedClient(URI api) {
    client.updateBaseUri(api.toString());
    bookings = new BookingsApi(client);
  }

  static PriceEvent event(int version, UUID eventId, String amount) {
    return new PriceEvent()
        .version(version)
        .eventId(eventId)
        .type("booked")
        .price(new Price().amount(amount).currency("EUR"))
        .occurredAt(OCCURRED_AT)
        .data(Map.of("room", "sea view"));
  }

  ApiResponse<AcceptedEvent> append(String code, PriceEvent event) throws ApiException {
    return bookings.appendWithHttpInfo(code, event, "identity");
  }

  AcceptedEvent booking(String code) throws ApiException {
    return bookings.readBooking(code, null);
  }

  AcceptedEvent bookingAsOf(String code, OffsetDateTime moment) throws ApiException {
    return bookings.readBooking(code, moment);
  }

  AcceptedEvent event(String code, int version) throws ApiException {
    return bookings.readEvent(code, version);
  }

  Page page(String code, int from, int limit, String order) throws ApiException {
    return bookings.readEvents(code, from, limit, order);
  }

  /** What a call is refused with: a problem of the document's schema for that status. */
  <T> T problem(int status, Class<T> type, ThrowingCallable call) throws JsonProcessingException {
    return client.getObjectMapper().readValue(refusal(status, call).getResponseBody(), type);
  }

  /** How a call is refused. */
  ApiException refusal(int status, ThrowingCallable call) {
    ApiException refused = catchThrowableOfType(ApiException.class, call);
    assertThat(refused.getCode()).isEqualTo(status);
    return refused;
  }
}
