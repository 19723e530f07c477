package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import io.quarkiverse.amazon.common.AmazonClient;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A strongly consistent pending index whose own region is silent, as the application gets it. */
@QuarkusTest
@TestProfile(TwoRegionsWiringTest.StronglyConsistent.class)
@WithTestResource(
    value = LocalStores.class,
    initArgs = @ResourceArg(name = "first-region", value = "silent"))
@Timeout(60)
@Tag("slow")
class TwoRegionsWiringTest {

  public static final class StronglyConsistent implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "holdfast.pending-index.strongly-consistent", "true",
          // As at a second door, which stands in the pending region.
          "quarkus.dynamodb.events.aws.region", "eu-west-1",
          "quarkus.dynamodb.pending.aws.region", "eu-west-2",
          "quarkus.dynamodb.replica.aws.region", "eu-west-3",
          // Longer than in earnest: the machine may be busy.
          "quarkus.dynamodb.pending.api-call-timeout", "20s",
          "quarkus.dynamodb.pending.api-call-attempt-timeout", "10s",
          "quarkus.log.category.\"dev.holdfast\".level", "OFF");
    }
  }

  @Inject PendingIndex pendingIndex;

  @Inject
  @AmazonClient("events")
  DynamoDbClient events;

  @Inject
  @AmazonClient("pending")
  DynamoDbClient first;

  @Inject
  @AmazonClient("replica")
  DynamoDbClient second;

  @Test
  void noClientGoesOnForLongerThanItsCallerWaits() {
    for (DynamoDbClient client : List.of(first, second)) {
      ClientOverrideConfiguration limits =
          client.serviceClientConfiguration().overrideConfiguration();
      assertThat(limits.apiCallTimeout()).contains(Duration.ofSeconds(10));
      assertThat(limits.apiCallAttemptTimeout()).contains(Duration.ofSeconds(5));
    }
  }

  @Test
  void everyClientCallsItsOwnRegion() {
    assertThat(List.of(events, first, second))
        .extracting(client -> client.serviceClientConfiguration().region().id())
        .containsExactly("eu-west-1", "eu-west-2", "eu-west-3");
  }

  @Test
  void isReachedInTheOtherRegion() {
    AcceptedEvent event = Events.first(Events.anyCode());
    assertThat(pendingIndex.create(Head.parked(event, Events.NOW)))
        .isEqualTo(new PendingIndex.ReplaceAnswer.Replaced());
    assertThat(pendingIndex.find(event.bookingCode()))
        .isInstanceOf(PendingIndex.FindAnswer.Found.class);
  }
}
