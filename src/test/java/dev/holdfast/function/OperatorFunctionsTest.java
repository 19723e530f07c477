package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.Regression;
import dev.holdfast.aws.EventMessage;
import dev.holdfast.aws.Metric;
import dev.holdfast.aws.MetricLines;
import dev.holdfast.aws.SqsDeadLetterQueue;
import dev.holdfast.aws.SqsDeadLetterQueue.CountAnswer;
import dev.holdfast.aws.SqsDeadLetterQueue.Receipt;
import dev.holdfast.aws.SqsDeadLetterQueue.ReceiveAnswer;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventData;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Audit;
import dev.holdfast.ledger.Audit.Report;
import dev.holdfast.ledger.Audit.Store;
import dev.holdfast.ledger.Audit.Violation;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.Backfill.Finding;
import dev.holdfast.ledger.BacklogIndex;
import dev.holdfast.ledger.BacklogIndex.Kind;
import dev.holdfast.ledger.BacklogIndex.PageAnswer;
import dev.holdfast.ledger.BacklogIndex.Position;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.Decision.Action;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTableScan;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.FallbackQueue.SendAnswer;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.Kept;
import dev.holdfast.ledger.Republish;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.Resolve;
import dev.holdfast.ledger.Resolve.Wish;
import dev.holdfast.ledger.ResolveOutcome;
import dev.holdfast.ledger.SegmentWalk.Progress;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.ArgumentCaptor;
import org.mockito.InOrder;

/** What operators invoke from the console, with the sample events. */
class OperatorFunctionsTest {

  private static final Instant NOW = HandClock.NOW;
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Unavailable NO_ANSWER = new Unavailable("No answer within 900 ms");
  private static final BookingCode NEW_CODE = new BookingCode("HTL-2026-004711-B");

  private static final Head WAITING = Head.parked(Samples.ACCEPTED, NOW.minusSeconds(400));
  private static final Head IN_CONFLICT = keeping(Samples.ACCEPTED);

  /** The head of a booking that has gone on without these. */
  private static Head keeping(AcceptedEvent... kept) {
    AcceptedEvent last = Samples.recordedInstead(kept[kept.length - 1]);
    return new Head(
        last.bookingCode(),
        Optional.empty(),
        List.of(last),
        Optional.empty(),
        new Head.State.Recorded(),
        7,
        NOW,
        Stream.of(kept).map(event -> new Kept(event, NOW, Optional.empty())).toList());
  }

  @RegisterExtension final CapturedLog log = new CapturedLog();

  private final MetricLines metrics = new MetricLines();
  private final BacklogInMemory index = new BacklogInMemory();
  private final EventTable eventTable = mock(EventTable.class);

  /** Nothing that an operator is shown may be in the log. */
  private void assertNoPriceIsLogged() {
    for (ExtLogRecord line : log.records()) {
      assertThat(line.getMessage() + line.getMdcCopy())
          .doesNotContain("412.50")
          .doesNotContain("Zur Post");
    }
  }

  @Nested
  @DisplayName("pending")
  class Pending {

    private final PendingFunction function =
        new PendingFunction(
            index, Duration.ofSeconds(10), CLOCK, Invocation.MAPPER, metrics.metrics());

    @Test
    void listsWhatIsOldEnough() throws IOException {
      index.add(Kind.WAITING, WAITING);
      index.add(Kind.WAITING, Head.parked(Samples.ACCEPTED, NOW.minusSeconds(299)));

      assertThat(Invocation.of(function, Samples.read("pending.json")))
          .hasToString(
              "{\"pending\":[{\"bookingCode\":\"HTL-2026-004711\",\"version\":1,"
                  + "\"eventId\":\"7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d\",\"type\":\"booked\","
                  + "\"occurredAt\":\"2026-11-23T09:15:00+01:00\","
                  + "\"recordedAt\":\"2026-11-23T08:15:01.123Z\","
                  + "\"pendingSince\":\"2026-11-23T08:53:20Z\",\"ageSeconds\":400,\"shard\":"
                  + Shard.of(Samples.CODE).number()
                  + "}]}");
      assertThat(log.only().getMdcCopy()).containsEntry("listed", "1");
    }

    /** More than one of a booking, in an outage; as many as there are, whatever the limit. */
    @Test
    void listsEveryEventOfABookingInItsOrder() throws IOException {
      index.add(Kind.WAITING, WAITING.parkedWith(Samples.SECOND_ACCEPTED, NOW.minusSeconds(10)));

      JsonNode answer = Invocation.of(function, "{\"limit\": 1}");

      assertThat(answer.path("pending"))
          .extracting(event -> event.path("version").intValue() + event.path("type").textValue())
          .containsExactly("1booked", "2breakfast.added");
      assertThat(answer.path("pending"))
          .allSatisfy(event -> assertThat(event.path("ageSeconds").intValue()).isEqualTo(400));
    }

    @Test
    void goesOnWhereThePageEnded() throws IOException {
      int shard = Shard.of(Samples.CODE).number();
      index.add(Kind.WAITING, WAITING);
      JsonNode first = Invocation.of(function, "{\"shard\": " + shard + ", \"limit\": 1}");
      assertThat(first.path("pending")).hasSize(1);
      String next = first.path("next").textValue();
      assertThat(next).isEqualTo(shard + "/2026-11-23T08:53:20Z/HTL-2026-004711");

      JsonNode rest = Invocation.of(function, "{\"next\": \"" + next + "\"}");
      assertThat(rest).hasToString("{\"pending\":[]}");
    }

    @Test
    void readsNothingFurtherWhenItsTimeIsUp() throws IOException {
      HandClock clock = new HandClock();
      index.onPage = () -> clock.now = clock.now.plusSeconds(6);
      PendingFunction function =
          new PendingFunction(
              index, Duration.ofSeconds(10), clock, Invocation.MAPPER, metrics.metrics());

      JsonNode answer = Invocation.of(function, "{}");

      assertThat(answer.path("next").textValue()).isEqualTo("2");
      assertThat(index.pages).isEqualTo(2);
    }

    @Test
    void showsNoAgeBelowZeroWhereAClockIsAhead() throws IOException {
      index.add(Kind.WAITING, Head.parked(Samples.ACCEPTED, NOW.plusSeconds(1_200)));
      assertThat(
              Invocation.of(function, "{}").path("pending").path(0).path("ageSeconds").intValue())
          .isZero();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{\"shard\": 64}|shard must be a whole number from 0 to 63",
          "{\"limit\": 0}|limit must be a whole number from 1 to 200",
          "{\"limit\": \"5\"}|limit must be a whole number from 1 to 200",
          "{\"olderThanSeconds\": 1.5}|olderThanSeconds must be a whole number from 0 to 31536000",
          "{\"next\": \"64\"}|next must be the next of an earlier answer",
          "{\"next\": \"1/yesterday/A\"}|next must be the next of an earlier answer",
          "{\"next\": \"1/2026-11-23T09:00:00Z/-A\"}|next must be the next of an earlier answer",
          "{\"next\": \"1/2\"}|next must be the next of an earlier answer",
          "{\"limits\": 5}|limits is not known; there are limit, next, olderThanSeconds, shard",
          "[]|The event must be a JSON object",
        })
    void refusesWhatItDoesNotUnderstand(String event, String error) throws IOException {
      JsonNode answer = Invocation.of(function, event);
      assertThat(answer.path("outcome").textValue()).isEqualTo("invalid");
      assertThat(answer.path("errors").get(0).textValue()).isEqualTo(error);
      assertThat(index.pages).isZero();
    }

    @Test
    void saysThatTheStoreDoesNotAnswer() throws IOException {
      index.failure = Optional.of(NO_ANSWER);
      assertThat(Invocation.of(function, "{}"))
          .hasToString(
              "{\"outcome\":\"unavailable\",\"message\":\"A store does not answer:"
                  + " No answer within 900 ms. Try again.\"}");
    }
  }

  @Nested
  @DisplayName("conflicts")
  class Conflicts {

    private final ConflictsFunction function =
        new ConflictsFunction(
            index, eventTable, Duration.ofSeconds(10), CLOCK, Invocation.MAPPER, metrics.metrics());

    @BeforeEach
    void oneConflict() {
      index.add(Kind.IN_CONFLICT, IN_CONFLICT);
    }

    @Test
    void showsBothEvents() throws IOException {
      when(eventTable.find(Samples.CODE, Version.FIRST))
          .thenReturn(new EventTable.FindAnswer.Found(Samples.recordedInstead(Samples.ACCEPTED)));
      JsonNode conflict =
          Invocation.of(function, Samples.read("conflicts.json")).path("conflicts").get(0);
      assertThat(conflict.path("bookingCode").textValue()).isEqualTo("HTL-2026-004711");
      assertThat(conflict.path("conflictSince").textValue()).isEqualTo("2026-11-23T09:00:00Z");
      assertThat(conflict.path("kept").path("price").path("amount").textValue())
          .isEqualTo("412.50");
      assertThat(conflict.path("kept").path("data").path("hotel").textValue())
          .isEqualTo("Zur Post");
      assertThat(conflict.path("recorded").path("eventId").textValue())
          .isEqualTo("00000000-0000-0000-0000-000000000001");
      assertNoPriceIsLogged();
    }

    @Test
    void showsEveryEventThatABookingKeepsAndWhatIsInItsPlace() throws IOException {
      index.clear();
      index.add(Kind.IN_CONFLICT, keeping(Samples.ACCEPTED, Samples.SECOND_ACCEPTED));
      when(eventTable.find(Samples.CODE, new Version(2)))
          .thenReturn(
              new EventTable.FindAnswer.Found(Samples.recordedInstead(Samples.SECOND_ACCEPTED)));

      JsonNode conflicts = Invocation.of(function, "{\"limit\": 1}").path("conflicts");

      assertThat(conflicts).hasSize(2);
      assertThat(conflicts).extracting(it -> it.path("version").intValue()).containsExactly(1, 2);
      assertThat(conflicts.get(1).path("kept").path("eventId").textValue())
          .isEqualTo(conflicts.get(1).path("eventId").textValue())
          .isEqualTo(Samples.SECOND.eventId().toString());
      assertThat(conflicts.get(1).at("/recorded/version").intValue()).isEqualTo(2);
      assertThat(conflicts.get(0).has("recorded")).isFalse();
    }

    /** AWS, "Lambda quotas": invocation payload, synchronous. */
    @Test
    @Regression("a listing could be larger than Lambda's 6 MB")
    void anAnswerIsNeverLargerThanLambdaTakes() throws IOException {
      index.clear();
      for (int number = 0; number < 60; number++) {
        index.add(Kind.IN_CONFLICT, keeping(large("LARGE-" + number)));
      }
      when(eventTable.find(any(), any()))
          .thenAnswer(
              call ->
                  new EventTable.FindAnswer.Found(large(call.<BookingCode>getArgument(0).value())));
      List<String> codes = new ArrayList<>();
      String event = "{\"limit\": 200}";
      while (!event.isEmpty()) {
        JsonNode answer = Invocation.of(function, event);
        assertThat(answer.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(6_000_000);
        assertThat(answer.path("conflicts")).isNotEmpty();
        answer.path("conflicts").forEach(it -> codes.add(it.path("bookingCode").textValue()));
        event = answer.has("next") ? "{\"limit\": 200, \"next\": " + answer.get("next") + "}" : "";
      }
      assertThat(codes).doesNotHaveDuplicates().hasSize(60);
    }

    private static AcceptedEvent large(String code) {
      PriceEvent event =
          new PriceEvent(
              new BookingCode(code),
              Version.FIRST,
              Samples.FIRST.eventId(),
              Samples.FIRST.type(),
              Samples.FIRST.price(),
              Samples.FIRST.occurredAt(),
              Optional.of(new EventData("{\"note\":\"" + "x".repeat(100_000) + "\"}")));
      return new AcceptedEvent(event, event.identity(), NOW);
    }

    @Test
    void asksTheEventTableSideBySide() throws IOException {
      index.add(Kind.IN_CONFLICT, IN_CONFLICT);
      CyclicBarrier bothAsked = new CyclicBarrier(2);
      when(eventTable.find(any(), any()))
          .thenAnswer(
              call -> {
                bothAsked.await(10, TimeUnit.SECONDS);
                return NO_ANSWER;
              });
      assertThat(Invocation.of(function, "{}").path("conflicts")).hasSize(2);
    }

    /** Much of a large outage is read for little that is in conflict. */
    @Test
    void oneInvocationReadsNoMoreThanItHasTimeFor() throws IOException {
      HandClock clock = new HandClock();
      index.shortPages = 20;
      index.onPage = () -> clock.now = clock.now.plusSeconds(18);
      ConflictsFunction function =
          new ConflictsFunction(
              index,
              eventTable,
              Duration.ofSeconds(10),
              clock,
              Invocation.MAPPER,
              metrics.metrics());
      when(eventTable.find(any(), any())).thenReturn(NO_ANSWER);
      int shard = Shard.of(Samples.CODE).number();

      JsonNode answer = Invocation.of(function, "{\"next\": \"" + shard + "\"}");

      assertThat(answer.path("conflicts")).hasSize(1);
      assertThat(answer.path("next").textValue()).startsWith(shard + "/");
      assertThat(index.pages).isEqualTo(1);
    }

    @Test
    void whatWasFoundBeforeAStoreFailsIsAnAnswer() throws IOException {
      when(eventTable.find(any(), any())).thenReturn(NO_ANSWER);
      int shard = Shard.of(Samples.CODE).number();
      index.onPage = () -> index.failure = index.pages > 1 ? Optional.of(NO_ANSWER) : index.failure;

      JsonNode answer = Invocation.of(function, "{\"next\": \"" + shard + "\"}");

      assertThat(answer.path("conflicts")).hasSize(1);
      assertThat(answer.path("next").textValue()).isEqualTo(Integer.toString(shard + 1));
    }

    @Test
    void showsTheKeptEventWhileTheRecordedOneIsNotAnsweredOrCannotBeRead() throws IOException {
      when(eventTable.find(any(), any())).thenReturn(NO_ANSWER);
      JsonNode conflict = Invocation.of(function, "{}").path("conflicts").get(0);
      assertThat(conflict.has("kept")).isTrue();
      assertThat(conflict.has("recorded")).isFalse();
    }
  }

  @Nested
  @DisplayName("resolve")
  class Resolving {

    private final Resolve resolve = mock(Resolve.class);
    private final ResolveFunction function =
        new ResolveFunction(resolve, Invocation.MAPPER, metrics.metrics());
    private final Decision reassigned =
        new Decision(new Action.Reassign(NEW_CODE), "jane", "both came", NOW.minusSeconds(1));

    private JsonNode answered(ResolveOutcome outcome) throws IOException {
      when(resolve.resolve(any())).thenReturn(outcome);
      return Invocation.of(function, Samples.read("resolve-reassign.json"));
    }

    @Test
    void asksForWhatTheOperatorDecided() throws IOException {
      answered(new ResolveOutcome.NoSuchConflict());
      verify(resolve)
          .resolve(
              new Resolve.Request(
                  Samples.CODE,
                  Samples.FIRST.eventId(),
                  new Wish.Reassign(NEW_CODE),
                  "jane",
                  "The hotel confirmed both guests; this one was told the new code by phone."));
    }

    @Test
    void asksForADiscard() throws IOException {
      assertThat(asked("resolve-discard.json").wish()).isEqualTo(new Wish.Discard());
    }

    @Test
    void asksForTheNextVersion() throws IOException {
      Resolve.Request request = asked("resolve-reappend.json");
      assertThat(request.wish()).isEqualTo(new Wish.Reappend());
      assertThat(request.eventId()).isEqualTo(Samples.SECOND.eventId());
    }

    private Resolve.Request asked(String sample) throws IOException {
      when(resolve.resolve(any())).thenReturn(new ResolveOutcome.NoSuchConflict());
      Invocation.of(function, Samples.read(sample));
      ArgumentCaptor<Resolve.Request> request = ArgumentCaptor.forClass(Resolve.Request.class);
      verify(resolve).resolve(request.capture());
      return request.getValue();
    }

    @Test
    void saysWhatWasDoneAndLogsWhoDidIt() throws IOException {
      Resolution resolution =
          new Resolution(reassigned, Samples.ACCEPTED, NOW.minusSeconds(9), NOW);
      assertThat(answered(new ResolveOutcome.Resolved(resolution)))
          .hasToString(
              "{\"outcome\":\"reassigned\",\"message\":\"Done by jane at 2026-11-23T09:00:00Z;"
                  + " the record stays in the pending index.\","
                  + "\"bookingCode\":\"HTL-2026-004711\","
                  + "\"eventId\":\"7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d\","
                  + "\"newBookingCode\":\"HTL-2026-004711-B\"}");
      assertThat(log.records().get(0).getMdcCopy())
          .containsEntry("operator", "jane")
          .containsEntry("action", "reassign")
          .containsEntry("bookingCode", "HTL-2026-004711")
          .containsEntry("outcome", "reassigned");
      assertThat(metrics.count(Metric.ByOutcome.RESOLVED, "reassigned")).isEqualTo(1);
      assertNoPriceIsLogged();
    }

    @Test
    void saysAsWhichVersionAnEventWasAppendedAgain() throws IOException {
      Decision decision =
          new Decision(new Action.Reappend(new Version(3)), "jane", "it counts", NOW);
      Resolution resolution =
          new Resolution(decision, Samples.SECOND_ACCEPTED, NOW.minusSeconds(9), NOW);
      when(resolve.resolve(any())).thenReturn(new ResolveOutcome.Resolved(resolution));
      JsonNode answer = Invocation.of(function, Samples.read("resolve-reappend.json"));
      assertThat(answer.path("outcome").textValue()).isEqualTo("reappended");
      assertThat(answer.path("newVersion").intValue()).isEqualTo(3);
      assertThat(log.records().get(0).getMdcCopy())
          .containsEntry("action", "reappend")
          .containsEntry("outcome", "reappended");
      assertThat(metrics.count(Metric.ByOutcome.RESOLVED, "reappended")).isEqualTo(1);
      assertNoPriceIsLogged();
    }

    /** Whoever made up for the event with its own id has no use for it any more. */
    @Test
    void saysWhyAnEventCannotBeAppendedAgain() throws IOException {
      when(resolve.resolve(any())).thenReturn(new ResolveOutcome.Withdrawn());
      assertThat(
              Invocation.of(function, Samples.read("resolve-reappend.json"))
                  .path("message")
                  .textValue())
          .contains("same event id")
          .doesNotContain("code");
    }

    @Test
    void refusesWithAReason() throws IOException {
      Resolution resolution =
          new Resolution(
              new Decision(new Action.Discard(), "john", "twice", NOW), Samples.ACCEPTED, NOW, NOW);
      assertThat(refusal(new ResolveOutcome.NoSuchConflict())).contains("No event with this id");
      assertThat(refusal(new ResolveOutcome.NotInConflict())).contains("not in conflict");
      assertThat(refusal(new ResolveOutcome.Withdrawn())).contains("choose another code");
      assertThat(refusal(new ResolveOutcome.NotForThisEvent())).contains("a later one");
      assertThat(refusal(new ResolveOutcome.DecidedOtherwise(reassigned)))
          .contains("reassign to HTL-2026-004711-B, by jane at 2026-11-23T08:59:59Z");
      assertThat(refusal(new ResolveOutcome.ResolvedOtherwise(resolution)))
          .contains("over: discard, by john");
      assertThat(metrics.count(Metric.ByOutcome.RESOLVED, "refused")).isEqualTo(6);
    }

    private String refusal(ResolveOutcome outcome) throws IOException {
      JsonNode answer = answered(outcome);
      assertThat(answer.path("outcome").textValue()).isEqualTo("refused");
      return answer.path("message").textValue();
    }

    @Test
    void namesEverythingThatIsMissing() throws IOException {
      assertThat(Invocation.of(function, "{\"action\": \"reassign\"}").path("errors"))
          .extracting(JsonNode::textValue)
          .containsExactly(
              "bookingCode must be there",
              "eventId must be there",
              "newBookingCode must be there",
              "operator must be there",
              "reason must be there");
      verify(resolve, never()).resolve(any());
    }

    @ParameterizedTest
    @CsvSource({"action,undo", "operator,' '", "bookingCode,-", "eventId,1"})
    void namesWhatIsWrong(String member, String value) throws IOException {
      String event =
          Samples.read("resolve-discard.json")
              .replaceFirst("(\"" + member + "\": )\"[^\"]*\"", "$1\"" + value + "\"");
      assertThat(Invocation.of(function, event).path("errors").get(0).textValue())
          .startsWith(member + " must be ");
      verify(resolve, never()).resolve(any());
    }
  }

  @Nested
  @DisplayName("redrive")
  class Redriving {

    private final SqsDeadLetterQueue deadLetterQueue = mock(SqsDeadLetterQueue.class);
    private final FallbackQueue fallbackQueue = mock(FallbackQueue.class);
    private final RedriveFunction function =
        new RedriveFunction(
            deadLetterQueue,
            fallbackQueue,
            Duration.ofSeconds(40),
            CLOCK,
            Invocation.MAPPER,
            metrics.metrics());
    private final Receipt event = new Receipt(EventMessage.write(Samples.ACCEPTED), "1");
    private final Receipt malformed = new Receipt("{\"price\": 412.50}", "2");

    @BeforeEach
    void everythingWorks() {
      when(fallbackQueue.send(any())).thenReturn(new SendAnswer.Sent());
      when(deadLetterQueue.delete(any())).thenReturn(Optional.empty());
      when(deadLetterQueue.count()).thenReturn(new CountAnswer.Counted(0, 0));
    }

    private void offered(List<Receipt> first) {
      when(deadLetterQueue.receive(anyInt(), any()))
          .thenReturn(new ReceiveAnswer.Received(first), new ReceiveAnswer.Received(List.of()));
    }

    @Test
    void sendsFirstAndDeletesThenAndLeavesTheMalformed() throws IOException {
      offered(List.of(malformed, event));
      when(deadLetterQueue.count()).thenReturn(new CountAnswer.Counted(0, 1));
      assertThat(Invocation.of(function, Samples.read("redrive.json")))
          .hasToString(
              "{\"redriven\":1,\"malformed\":1,\"waiting\":0,\"hidden\":1,\"complete\":true,\"message\":\"Malformed"
                  + " messages stay on the dead-letter queue; their attribute reason says why.\"}");
      InOrder order = inOrder(fallbackQueue, deadLetterQueue);
      order.verify(fallbackQueue).send(Hint.redriven(Samples.ACCEPTED, NOW));
      order.verify(deadLetterQueue).delete(event);
      verify(deadLetterQueue, never()).delete(malformed);
      assertThat(metrics.values(Metric.REDRIVEN)).containsExactly(1.0);
      assertNoPriceIsLogged();
    }

    @Test
    void takesNoMoreThanAskedFor() throws IOException {
      when(deadLetterQueue.receive(anyInt(), any()))
          .thenReturn(new ReceiveAnswer.Received(List.of(event)));
      when(deadLetterQueue.count()).thenReturn(new CountAnswer.Counted(7, 0));
      JsonNode answer = Invocation.of(function, "{\"limit\": 3}");
      assertThat(answer)
          .hasToString(
              "{\"redriven\":3,\"malformed\":0,\"waiting\":7,\"hidden\":0,\"complete\":false}");
      verify(deadLetterQueue).receive(3, Duration.ofSeconds(80));
      verify(deadLetterQueue).receive(1, Duration.ofSeconds(80));
    }

    @Test
    void stopsWhereTheFallbackQueueDoesNotTakeIt() throws IOException {
      offered(List.of(event));
      when(fallbackQueue.send(any())).thenReturn(NO_ANSWER);
      JsonNode answer = Invocation.of(function, "{}");
      assertThat(answer.path("redriven").intValue()).isZero();
      assertThat(answer.path("complete").booleanValue()).isFalse();
      assertThat(answer.path("message").textValue()).contains("No answer within 900 ms");
      verify(deadLetterQueue, never()).delete(any());
    }

    /** As SQS answers a short poll, which asks some of its servers. */
    @Test
    void anAnswerWithoutAMessageIsNotTheEnd() throws IOException {
      when(deadLetterQueue.receive(anyInt(), any()))
          .thenReturn(
              new ReceiveAnswer.Received(List.of()),
              new ReceiveAnswer.Received(List.of(event)),
              new ReceiveAnswer.Received(List.of()));
      JsonNode answer = Invocation.of(function, "{}");
      assertThat(answer.path("redriven").intValue()).isEqualTo(1);
      assertThat(answer.path("complete").booleanValue()).isTrue();
    }

    @Test
    void nothingIsCompleteWhereTheQueueDoesNotTellWhatIsLeft() throws IOException {
      offered(List.of());
      when(deadLetterQueue.count()).thenReturn(new CountAnswer.NotCounted(NO_ANSWER));
      assertThat(Invocation.of(function, "{}"))
          .hasToString(
              "{\"redriven\":0,\"malformed\":0,\"complete\":false,\"message\":\"A queue does not"
                  + " answer: No answer within 900 ms. Try again.\"}");
    }

    @Test
    void saysThatTheDeadLetterQueueDoesNotAnswer() throws IOException {
      when(deadLetterQueue.receive(anyInt(), any()))
          .thenReturn(new ReceiveAnswer.NotReceived(NO_ANSWER));
      assertThat(Invocation.of(function, "{}").path("message").textValue())
          .contains("No answer within 900 ms");
    }
  }

  @Nested
  @DisplayName("backfill")
  class Backfilling {

    private final Backfill backfill = mock(Backfill.class);
    private final BackfillFunction function =
        new BackfillFunction(backfill, Duration.ofMinutes(4), Invocation.MAPPER, metrics.metrics());
    private final EventTableScan.Position middle =
        new EventTableScan.Position(Samples.CODE, new Version(3));

    private JsonNode answered(Progress<Finding> progress, String event) throws IOException {
      when(backfill.run(any(), any(), any(), any())).thenReturn(progress);
      return Invocation.of(function, event);
    }

    private static Map<Finding, Long> found(
        long claimed, long standing, long corrected, long pending) {
      return Map.of(
          Finding.CLAIMED,
          claimed,
          Finding.STANDING,
          standing,
          Finding.CORRECTED,
          corrected,
          Finding.PENDING,
          pending);
    }

    @Test
    void itsAnswerIsTheNextEventUntilItIsDone() throws IOException {
      JsonNode first =
          answered(
              new Progress<>(30, found(18, 2, 1, 1), Optional.of(middle), false, Optional.empty()),
              "{\"segment\": 2, \"totalSegments\": 16, \"claimsPerSecond\": 50}");
      assertThat(first)
          .hasToString(
              "{\"segment\":2,\"totalSegments\":16,\"claimsPerSecond\":50,\"scanned\":30,"
                  + "\"claimed\":18,\"standing\":2,\"corrected\":1,\"pending\":1,\"unreadable\":0,\"done\":false,"
                  + "\"next\":\"HTL-2026-004711/3\"}");
      JsonNode second =
          answered(
              new Progress<>(12, found(8, 1, 2, 0), Optional.empty(), true, Optional.empty()),
              first.toString());
      assertThat(second)
          .hasToString(
              "{\"segment\":2,\"totalSegments\":16,\"claimsPerSecond\":50,\"scanned\":42,"
                  + "\"claimed\":26,\"standing\":3,\"corrected\":3,\"pending\":1,\"unreadable\":0,\"done\":true}");
      assertThat(metrics.values(Metric.CLAIMS_BACKFILLED)).containsExactly(19.0, 10.0);
      verify(backfill).run(eq(new Segment(2, 16)), eq(Optional.of(middle)), any(), any());
    }

    @Test
    void saysWhyItPaused() throws IOException {
      JsonNode paused =
          answered(
              new Progress<Finding>(
                  0, Map.of(), Optional.of(middle), false, Optional.of(NO_ANSWER)),
              Samples.read("backfill.json"));
      assertThat(paused.path("done").booleanValue()).isFalse();
      assertThat(paused.path("paused").textValue()).isEqualTo("No answer within 900 ms");
      assertThat(
              answered(
                      new Progress<Finding>(0, Map.of(), Optional.empty(), true, Optional.empty()),
                      paused.toString())
                  .has("paused"))
          .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{\"segment\": 1}|segment must be a whole number from 0 to 0",
          "{\"totalSegments\": 0}|totalSegments must be a whole number from 1 to 1000000",
          "{\"next\": \"A/0\"}|next must be the next of an earlier answer",
          "{\"next\": \"A\"}|next must be the next of an earlier answer",
          "{\"scanned\": -1}|scanned must be a whole number, 0 or more",
        })
    void refusesWhatItDoesNotUnderstand(String event, String error) throws IOException {
      assertThat(Invocation.of(function, event).path("errors").get(0).textValue()).isEqualTo(error);
      verifyNoInteractions(backfill);
    }
  }

  @Nested
  @DisplayName("audit")
  class Auditing {

    private final Audit audit = mock(Audit.class);
    private final AuditFunction function =
        new AuditFunction(audit, Duration.ofMinutes(4), Invocation.MAPPER, metrics.metrics());

    private void answers(
        Store store, Optional<EventTableScan.Position> last, List<Violation> found) {
      Map<Audit.Kind, Long> counts =
          found.stream().collect(Collectors.groupingBy(Violation::kind, Collectors.counting()));
      when(audit.run(eq(store), any(), any(), any(), any()))
          .thenReturn(
              new Report(
                  new Progress<>(30, counts, last, last.isEmpty(), Optional.empty()), found));
    }

    @Test
    void itsAnswerIsTheNextEventUntilItIsThroughBothStores() throws IOException {
      EventTableScan.Position middle = new EventTableScan.Position(Samples.CODE, new Version(3));
      Violation gap = new Violation(Audit.Kind.GAP, "HTL-1/2");
      answers(Store.EVENT_TABLE, Optional.of(middle), List.of(gap));
      JsonNode first = Invocation.of(function, "{\"segment\": 2, \"totalSegments\": 16}");
      assertThat(first)
          .hasToString(
              "{\"segment\":2,\"totalSegments\":16,\"itemsPerSecond\":100,"
                  + "\"store\":\"event-table\",\"examples\":[\"gap HTL-1/2\"],\"scanned\":30,"
                  + "\"gap\":1,\"fingerprint\":0,\"backdated\":0,\"behind\":0,\"owner\":0,"
                  + "\"overdue\":0,\"unreadable\":0,\"done\":false,\"next\":\"HTL-2026-004711/3\"}");

      answers(Store.EVENT_TABLE, Optional.empty(), List.of());
      JsonNode second = Invocation.of(function, first.toString());
      verify(audit)
          .run(
              eq(Store.EVENT_TABLE), eq(new Segment(2, 16)), eq(Optional.of(middle)), any(), any());
      assertThat(second.path("store").textValue()).isEqualTo("pending-index");
      assertThat(second.path("done").booleanValue()).isFalse();
      assertThat(second.has("next")).isFalse();

      answers(
          Store.PENDING_INDEX,
          Optional.empty(),
          List.of(gap, new Violation(Audit.Kind.UNREADABLE, "HTL-3")));
      JsonNode last = Invocation.of(function, second.toString());
      assertThat(last)
          .hasToString(
              "{\"segment\":2,\"totalSegments\":16,\"itemsPerSecond\":100,"
                  + "\"store\":\"pending-index\","
                  + "\"examples\":[\"gap HTL-1/2\",\"gap HTL-1/2\",\"unreadable HTL-3\"],"
                  + "\"scanned\":90,\"gap\":2,\"fingerprint\":0,\"backdated\":0,\"behind\":0,"
                  + "\"owner\":0,\"overdue\":0,\"unreadable\":1,\"done\":true}");
      assertThat(metrics.values(Metric.AUDITED)).containsExactly(30.0, 30.0, 30.0);
      assertThat(metrics.count(Metric.ByOutcome.VIOLATIONS, "gap")).isEqualTo(2);
      assertThat(metrics.count(Metric.ByOutcome.VIOLATIONS, "unreadable")).isEqualTo(1);
    }

    @Test
    void namesTheFirstTwentyInItsAnswerAndItsLog() throws IOException {
      answers(
          Store.EVENT_TABLE,
          Optional.empty(),
          Stream.iterate(1, number -> number + 1)
              .limit(30)
              .map(number -> new Violation(Audit.Kind.BEHIND, "HTL-1/" + number))
              .toList());
      JsonNode answer = Invocation.of(function, Samples.read("audit.json"));
      assertThat(answer.path("behind").intValue()).isEqualTo(30);
      assertThat(answer.path("examples"))
          .hasSize(20)
          .first()
          .extracting(JsonNode::textValue)
          .isEqualTo("behind HTL-1/1");
      assertThat(log.records().stream().filter(line -> line.getMdcCopy().containsKey("kind")))
          .hasSize(20)
          .first()
          .satisfies(
              line ->
                  assertThat(line.getMdcCopy())
                      .containsEntry("kind", "behind")
                      .containsEntry("key", "HTL-1/1"));
      // The examples of an earlier answer stay the first.
      answers(
          Store.PENDING_INDEX,
          Optional.empty(),
          List.of(new Violation(Audit.Kind.OVERDUE, "HTL-2/1")));
      assertThat(Invocation.of(function, answer.toString()).path("examples"))
          .isEqualTo(answer.path("examples"));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{\"store\": \"events\"}|store must be event-table or pending-index",
          "{\"itemsPerSecond\": 1001}|itemsPerSecond must be a whole number from 1 to 1000",
          "{\"examples\": \"gap A/1\"}|examples must be a list of up to 20 texts",
        })
    void refusesWhatItDoesNotUnderstand(String event, String error) throws IOException {
      assertThat(Invocation.of(function, event).path("errors").get(0).textValue()).isEqualTo(error);
      verifyNoInteractions(audit);
    }
  }

  @Nested
  @DisplayName("republish")
  class Republishing {

    private final Republish republish = mock(Republish.class);
    private final RepublishFunction function =
        new RepublishFunction(
            republish, Duration.ofMinutes(4), Invocation.MAPPER, metrics.metrics());

    @Test
    void itsAnswerIsTheNextEventUntilItIsDone() throws IOException {
      EventTableScan.Position middle = new EventTableScan.Position(Samples.CODE, new Version(3));
      when(republish.run(any(), any(), any(), any(), any()))
          .thenReturn(
              new Progress<>(
                  30,
                  Map.of(Republish.Finding.REPUBLISHED, 20L),
                  Optional.of(middle),
                  false,
                  Optional.empty()))
          .thenReturn(
              new Progress<>(
                  12,
                  Map.of(Republish.Finding.REPUBLISHED, 7L),
                  Optional.empty(),
                  true,
                  Optional.empty()));
      JsonNode first =
          Invocation.of(
              function,
              "{\"segment\": 2, \"totalSegments\": 16, \"from\": \"2026-11-01T01:00:00+01:00\"}");
      assertThat(first)
          .hasToString(
              "{\"segment\":2,\"totalSegments\":16,\"eventsPerSecond\":50,"
                  + "\"from\":\"2026-11-01T00:00:00Z\",\"scanned\":30,\"republished\":20,"
                  + "\"done\":false,\"next\":\"HTL-2026-004711/3\"}");
      assertThat(Invocation.of(function, first.toString()))
          .hasToString(
              "{\"segment\":2,\"totalSegments\":16,\"eventsPerSecond\":50,"
                  + "\"from\":\"2026-11-01T00:00:00Z\",\"scanned\":42,\"republished\":27,"
                  + "\"done\":true}");
      assertThat(metrics.values(Metric.REPUBLISHED)).containsExactly(20.0, 7.0);
      verify(republish)
          .run(
              eq(
                  new EventTableScan.Selection.RecordedWithin(
                      Optional.of(Instant.parse("2026-11-01T00:00:00Z")), Optional.empty())),
              eq(new Segment(2, 16)),
              eq(Optional.of(middle)),
              any(),
              any());
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{\"from\": \"2026-11-01\"}|from must be a moment with its offset, as in"
              + " 2026-11-01T00:00:00Z",
          "{\"eventsPerSecond\": 0}|eventsPerSecond must be a whole number from 1 to 1000",
          "{\"claimed\": 1}|claimed is not known; there are done, eventsPerSecond, from, next,"
              + " paused, republished, scanned, segment, totalSegments, until",
        })
    void refusesWhatItDoesNotUnderstand(String event, String error) throws IOException {
      assertThat(Invocation.of(function, event).path("errors").get(0).textValue()).isEqualTo(error);
      verifyNoInteractions(republish);
    }

    @Test
    void takesItsSample() throws IOException {
      when(republish.run(any(), any(), any(), any(), any()))
          .thenReturn(
              new Progress<Republish.Finding>(
                  0, Map.of(), Optional.empty(), true, Optional.of(NO_ANSWER)));
      assertThat(Invocation.of(function, Samples.read("republish.json")).path("until").textValue())
          .isEqualTo("2026-12-01T00:00:00Z");
    }
  }

  /** The sparse index: what is in it, and how it answers. For one thread at a time. */
  private static final class BacklogInMemory implements BacklogIndex {

    private final Map<Kind, List<Head>> entries = new EnumMap<>(Kind.class);
    private Optional<Unavailable> failure = Optional.empty();
    private Runnable onPage = () -> {};
    private int shortPages;
    private int pages;

    void add(Kind kind, Head entry) {
      entries.computeIfAbsent(kind, none -> new ArrayList<>()).add(entry);
    }

    void clear() {
      entries.clear();
    }

    @Override
    public PageAnswer page(
        Shard shard, Kind kind, Optional<Instant> before, Optional<Position> after, int limit) {
      pages++;
      onPage.run();
      if (failure.isPresent()) {
        return failure.get();
      }
      Comparator<Position> order =
          Comparator.comparing(Position::since).thenComparing(it -> it.bookingCode().value());
      List<Head> rest =
          entries.getOrDefault(kind, List.of()).stream()
              .filter(entry -> Shard.of(entry.bookingCode()).equals(shard))
              .filter(entry -> before.map(BacklogListing.since(entry, kind)::isBefore).orElse(true))
              .filter(
                  entry -> after.isEmpty() || order.compare(place(entry, kind), after.get()) > 0)
              .sorted(Comparator.comparing(entry -> place(entry, kind), order))
              .toList();
      List<Head> page = rest.stream().limit(pages <= shortPages ? 1 : limit).toList();
      return new PageAnswer.Page(
          page,
          page.size() < rest.size() || page.size() == limit || pages <= shortPages
              ? page.stream()
                  .reduce((first, last) -> last)
                  .map(last -> place(last, kind))
                  .or(() -> after)
              : Optional.empty());
    }

    private static Position place(Head entry, Kind kind) {
      return new Position(BacklogListing.since(entry, kind), entry.bookingCode());
    }
  }
}
