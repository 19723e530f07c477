package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Regression;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.DebtIndex.Tally;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.Decision.Action;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.ResolutionLog.FindAnswer;
import dev.holdfast.ledger.ResolutionLog.WriteAnswer;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbResolutionLogTest {

  private static final Instant LATER = Events.NOW.plusSeconds(60);

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  private final DynamoDbPendingIndex pendingIndex = DYNAMO_DB.pendingIndex();
  private final DynamoDbResolutionLog resolutions =
      new DynamoDbResolutionLog(DYNAMO_DB.pendingTable());

  private final BookingCode code = Events.anyCode();
  private final AcceptedEvent kept = Events.withData(code, "{\"room\":12}");
  private final Decision reassign =
      new Decision(
          new Action.Reassign(new BookingCode("HOTEL-4711-B")), "jane", "two guests", Events.NOW);
  private final Decision reappend =
      new Decision(new Action.Reappend(new Version(7)), "jane", "both", Events.NOW);
  private final Decision discard =
      new Decision(new Action.Discard(), "john", "a duplicate", Events.NOW.plusSeconds(1));

  private FindAnswer find() {
    return resolutions.find(code, kept.identity().eventId());
  }

  private Resolution resolution(Decision decision) {
    return new Resolution(decision, kept, Events.NOW.plusSeconds(9), LATER);
  }

  @Test
  void findsNothingThatWasNotWritten() {
    resolutions.write(resolution(discard));

    assertThat(resolutions.find(code, Events.first(code).identity().eventId()))
        .isEqualTo(new FindAnswer.Absent());
    assertThat(resolutions.find(Events.anyCode(), kept.identity().eventId()))
        .isEqualTo(new FindAnswer.Absent());
  }

  @Test
  void keepsEveryKindOfResolutionAsItWas() {
    for (Decision decision : List.of(reassign, reappend, discard)) {
      AcceptedEvent event = Events.version(code, 2);
      Resolution resolution =
          new Resolution(decision, event, Events.NOW.plusMillis(7), LATER.plusMillis(990));

      assertThat(resolutions.write(resolution)).isEqualTo(new WriteAnswer.Written());

      assertThat(resolutions.find(code, event.identity().eventId()))
          .isEqualTo(new FindAnswer.Found(resolution));
    }
  }

  /** What comes of a call that died after it, and of a write whose answer was lost. */
  @Test
  void isWrittenOnce() {
    resolutions.write(resolution(reassign));
    Resolution again = new Resolution(reassign, kept, Events.NOW, LATER.plusSeconds(60));

    assertThat(resolutions.write(again)).isEqualTo(new WriteAnswer.Written());
    assertThat(find()).isEqualTo(new FindAnswer.Found(resolution(reassign)));
  }

  /** The decision that was withdrawn may have been written down by a call that lands late. */
  @Test
  void holdsTheLatestDecision() {
    resolutions.write(resolution(reassign));
    assertThat(resolutions.write(resolution(discard))).isEqualTo(new WriteAnswer.Written());
    assertThat(resolutions.write(resolution(reassign))).isEqualTo(new WriteAnswer.Written());

    assertThat(find()).isEqualTo(new FindAnswer.Found(resolution(discard)));
  }

  @Test
  void standsBesideTheHeadOfItsBookingAndIsNone() {
    pendingIndex.claim(kept, Optional.empty(), Events.NOW);
    Tally before = (Tally) pendingIndex.tally(Shard.of(code), Optional.empty());
    resolutions.write(resolution(discard));

    assertThat(
            DYNAMO_DB
                .client()
                .getItem(
                    get ->
                        get.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                            .key(PendingTable.key(code + "/" + kept.identity().eventId())))
                .item())
        .containsOnlyKeys("bookingCode", "resolution")
        .containsEntry("bookingCode", AttributeValue.fromS(code + "/" + kept.identity().eventId()));
    assertThat(pendingIndex.tally(Shard.of(code), Optional.empty())).isEqualTo(before);
  }

  @Test
  void isWrittenUnderTheNamesThatPeopleRead() {
    resolutions.write(resolution(reassign));

    Map<String, AttributeValue> item =
        DYNAMO_DB
            .client()
            .getItem(
                get ->
                    get.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                        .key(PendingTable.key(code + "/" + kept.identity().eventId())))
            .item();
    assertThat(item.get("resolution").m())
        .containsOnly(
            Map.entry("action", AttributeValue.fromS("reassign")),
            Map.entry("newBookingCode", AttributeValue.fromS("HOTEL-4711-B")),
            Map.entry("operator", AttributeValue.fromS("jane")),
            Map.entry("reason", AttributeValue.fromS("two guests")),
            Map.entry("decidedAt", AttributeValue.fromS("2026-11-23T04:03:44.120Z")),
            Map.entry("event", AttributeValue.fromM(EventAttributes.write(kept))),
            Map.entry("conflictSince", AttributeValue.fromS("2026-11-23T04:03:53.120Z")),
            Map.entry("resolvedAt", AttributeValue.fromS("2026-11-23T04:04:44.120Z")));
  }

  /** As a sweep takes it for every other attribute: it goes on with the next item. */
  @Test
  @Regression("a decision without a version was taken for one")
  void aDecisionForNoVersionIsCorrupt() {
    Map<String, AttributeValue> attributes = new HashMap<>(ResolutionAttributes.write(reappend));
    attributes.put("newVersion", AttributeValue.fromN("3000000000"));

    assertThatThrownBy(() -> ResolutionAttributes.readDecision(new StoredItem(attributes)))
        .isInstanceOf(CorruptItemException.class);
  }

  /** An item has room for 400 KB, and one event may have 100 of them. */
  @Test
  void resolutionsOfOneCodeNeverLeaveAHeadWithoutRoom() {
    String data = "{\"note\":\"" + "x".repeat(100_000) + "\"}";
    for (int number = 0; number < 5; number++) {
      AcceptedEvent large = Events.withData(code, data);
      Resolution resolution = new Resolution(discard, large, Events.NOW, Events.NOW);

      assertThat(resolutions.write(resolution)).isEqualTo(new WriteAnswer.Written());
      assertThat(resolutions.find(code, large.identity().eventId()))
          .isEqualTo(new FindAnswer.Found(resolution));
    }
    assertThat(pendingIndex.find(code)).isEqualTo(new PendingIndex.FindAnswer.Absent());
    assertThat(pendingIndex.claim(Events.withData(code, data), Optional.empty(), Events.NOW))
        .isInstanceOf(ClaimAnswer.Granted.class);
  }

  @Test
  void isUnavailableWithoutATable() {
    DynamoDbResolutionLog missing =
        new DynamoDbResolutionLog(
            new PendingTable(
                List.of(DYNAMO_DB.client()),
                "no-such-table",
                Clients.PATIENCE,
                Clients.unmeasured()));

    assertThat(missing.find(code, kept.identity().eventId())).isInstanceOf(Unavailable.class);
    assertThat(missing.write(resolution(discard))).isInstanceOf(Unavailable.class);
  }
}
