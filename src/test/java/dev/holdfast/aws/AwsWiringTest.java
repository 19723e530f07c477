package dev.holdfast.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.CircuitBreaker;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Unavailable;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The ports as the application gets them, with the clients that Quarkus configures. */
@QuarkusTest
@TestProfile(AwsWiringTest.Patient.class)
@WithTestResource(LocalStores.class)
@Timeout(60)
@Tag("slow")
class AwsWiringTest {

  public static final class Patient implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "holdfast.circuit-breaker.delay", "1h",
          "quarkus.log.category.\"dev.holdfast\".level", "OFF",
          // Longer than in earnest: the machine may be busy.
          "quarkus.dynamodb.events.api-call-timeout", "3s",
          "quarkus.dynamodb.events.api-call-attempt-timeout", "3s",
          "quarkus.dynamodb.pending.api-call-timeout", "10s",
          "quarkus.dynamodb.pending.api-call-attempt-timeout", "10s",
          "quarkus.sqs.api-call-timeout", "10s",
          "quarkus.sqs.api-call-attempt-timeout", "10s");
    }
  }

  @Inject EventTable eventTable;
  @Inject CircuitBreaker circuitBreaker;
  @Inject PendingIndex pendingIndex;
  @Inject FallbackQueue fallbackQueue;
  @Inject SqsDeadLetterQueue deadLetterQueue;
  @Inject BeanManager beans;

  @ConfigProperty(name = "quarkus.dynamodb.events.endpoint-override")
  URI endpoint;

  @ConfigProperty(name = "test.event-table")
  String eventTableBehindTheNetwork;

  private final AcceptedEvent event = Events.first(Events.anyCode());
  private WireMock network;

  @BeforeEach
  void letEverythingThrough() {
    network = new WireMock(endpoint.getHost(), endpoint.getPort());
    network.resetMappings();
    network.resetRequests();
    everyRequestGets(aResponse().proxiedFrom(eventTableBehindTheNetwork));
  }

  @Test
  void keepsEventsAndHeadsInTheirOwnTables() {
    assertThat(eventTable.record(event)).isEqualTo(new EventTable.RecordAnswer.Recorded());
    assertThat(pendingIndex.find(event.bookingCode()))
        .isEqualTo(new PendingIndex.FindAnswer.Absent());
    assertThat(pendingIndex.create(Head.parked(event, Events.NOW)))
        .isEqualTo(new PendingIndex.ReplaceAnswer.Replaced());

    network.verifyThat(1, anyRequestedFor(anyUrl()));
  }

  @Test
  void triesTwice() {
    everyRequestGets(
        aResponse()
            .withStatus(400)
            .withBody(
                "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\"}"));

    assertThat(eventTable.record(event)).isInstanceOf(Unavailable.class);

    network.verifyThat(2, anyRequestedFor(anyUrl()));
  }

  @Test
  @Timeout(30)
  void waitsNoLongerForAnAnswerThanItsBudget() {
    everyRequestGets(ok("{}").withFixedDelay(60_000));

    assertThat(eventTable.record(event)).isInstanceOf(Unavailable.class);
  }

  @Test
  void opensTheCircuitBreakerThatTheLedgerAsks() {
    everyRequestGets(aResponse().withStatus(500));

    eventTable.record(event);

    assertThat(circuitBreaker.isOpen()).isTrue();
  }

  @Test
  void makesTheQueuesClientForTheFirstMessage() {
    Bean<?> client = beans.resolve(beans.getBeans(SqsClient.class));
    assertThat(deadLetterQueue).isNotNull();
    assertThat(beans.getContext(Singleton.class).get(client)).isNull();

    assertThat(fallbackQueue.send(new Hint(event, Optional.empty())))
        .isEqualTo(new FallbackQueue.SendAnswer.Sent());

    assertThat(beans.getContext(Singleton.class).get(client)).isNotNull();
  }

  private void everyRequestGets(ResponseDefinitionBuilder response) {
    network.register(any(anyUrl()).willReturn(response));
  }
}
