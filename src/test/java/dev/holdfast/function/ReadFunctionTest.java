package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.aws.Metric;
import dev.holdfast.aws.MetricLines;
import dev.holdfast.booking.Version;
import dev.holdfast.http.RetryAfter;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import dev.holdfast.ledger.Unavailable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadFunctionTest {

  @RegisterExtension final CapturedLog log = new CapturedLog();

  private static final ReadEvent EVENT = new ReadEvent(Samples.ACCEPTED, Status.RECORDED);

  private final Read ledger = mock(Read.class);
  private final MetricLines metrics = new MetricLines();
  private final ReadFunction function =
      new ReadFunction(ledger, new RetryAfter(bound -> 1), Invocation.MAPPER, metrics.metrics());

  @Test
  void readsTheSampleOfAPage() throws IOException {
    Range range = new Range(Optional.of(Version.FIRST), 10, Order.ASCENDING);
    when(ledger.events(Samples.CODE, range))
        .thenReturn(new ReadOutcome.Page(List.of(EVENT), Optional.empty()));

    JsonNode response = Invocation.of(function, Samples.read("read-events.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(200);
    assertThat(Invocation.body(response).path("events")).hasSize(1);
  }

  @Test
  void readsTheSampleOfOneEvent() throws IOException {
    when(ledger.event(Samples.CODE, Version.FIRST)).thenReturn(new ReadOutcome.Found(EVENT));

    JsonNode response = Invocation.of(function, Samples.read("read-event.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(200);
    assertThat(Invocation.body(response).at("/data/rate").asText()).isEqualTo("137.5");
  }

  @Test
  void readsTheSampleOfABooking() throws IOException {
    when(ledger.current(Samples.CODE)).thenReturn(new ReadOutcome.Found(EVENT));

    JsonNode response = Invocation.of(function, Samples.read("read-booking.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(200);
    assertThat(Invocation.body(response).at("/price/amount").textValue()).isEqualTo("412.50");
    assertThat(log.only().getMdcCopy())
        .containsEntry("bookingCode", "HTL-2026-004711")
        .containsEntry("outcome", "found");
  }

  @Test
  void countsEveryRequestByItsOutcome() throws IOException {
    when(ledger.current(Samples.CODE))
        .thenReturn(new ReadOutcome.Found(EVENT))
        .thenReturn(new ReadOutcome.NotFound())
        .thenReturn(new Unavailable("No answer within 900 ms"));
    for (int i = 0; i < 3; i++) {
      Invocation.of(function, Samples.read("read-booking.json"));
    }

    assertThat(List.of("found", "booking-not-found", "unavailable"))
        .allSatisfy(
            outcome -> assertThat(metrics.count(Metric.ByOutcome.READS, outcome)).isEqualTo(1));
    assertThat(metrics.names()).containsExactly("Reads");
  }
}
