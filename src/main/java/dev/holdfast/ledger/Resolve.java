package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.ConflictIndex.CloseAnswer;
import dev.holdfast.ledger.ConflictIndex.DecideAnswer;
import dev.holdfast.ledger.ConflictIndex.FindAnswer.Found;
import dev.holdfast.ledger.ConflictIndex.RecordAnswer;
import dev.holdfast.ledger.DebtIndex.Debt;
import dev.holdfast.ledger.Decision.Action;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Ends a conflict as an operator decided. Both events of a conflict were acknowledged, which takes
 * two faults at once: one is in the event table and owns the code, the other one is kept in the
 * pending index. That one becomes the first event of another booking code, or is discarded.
 *
 * <ol>
 *   <li><b>Decide</b>: write the decision down at the kept event. From here on every other decision
 *       is refused, so that an event is never both reassigned and discarded.
 *   <li><b>Carry out</b>: to reassign is to append, as any department does, with every promise that
 *       goes with it. If the new code is taken, the decision is withdrawn.
 *   <li><b>Record</b>: write down what was decided and done, with the whole event, where it stays
 *       for ever. Before the kept event is dropped: the other way round, a crash would lose it
 *       (R4).
 *   <li><b>Close</b>: hand the claim to the event that the event table holds, and drop the kept
 *       event.
 * </ol>
 *
 * <p>Every step may be repeated: a call that dies half-way and is sent again ends in the same
 * state. Thread-safe.
 */
public final class Resolve {

  private final EventTable eventTable;
  private final ConflictIndex conflictIndex;
  private final FallbackQueue fallbackQueue;
  private final Append append;
  private final Clock clock;

  /**
   * @param append carries out what is reassigned
   */
  public Resolve(
      EventTable eventTable,
      ConflictIndex conflictIndex,
      FallbackQueue fallbackQueue,
      Append append,
      Clock clock) {
    this.eventTable = eventTable;
    this.conflictIndex = conflictIndex;
    this.fallbackQueue = fallbackQueue;
    this.append = append;
    this.clock = clock;
  }

  /**
   * What an operator asks for.
   *
   * @param eventId of the event that is kept, so that nothing is decided about one nobody looked at
   * @param operator who asks, and {@code reason} why; for the record
   */
  public record Request(
      BookingCode bookingCode, EventId eventId, Action action, String operator, String reason) {}

  /** Carries out a decision; on {@link Unavailable} it has to be sent again. */
  public ResolveOutcome resolve(Request request) {
    ConflictIndex.FindAnswer answer = conflictIndex.find(request.bookingCode(), request.eventId());
    if (!(answer instanceof Found found)) {
      return (Unavailable) answer;
    }
    Optional<Parked> kept =
        found.parked().filter(it -> it.event().identity().eventId().equals(request.eventId()));
    if (kept.isEmpty()) {
      return resolvedBefore(request, found.resolution());
    }
    return kept.get().isInConflict()
        ? compare(request, kept.get())
        : new ResolveOutcome.NotInConflict();
  }

  private static ResolveOutcome resolvedBefore(Request request, Optional<Resolution> resolution) {
    return resolution
        .<ResolveOutcome>map(
            it ->
                it.decision().action().equals(request.action())
                    ? new ResolveOutcome.Resolved(it)
                    : new ResolveOutcome.ResolvedOtherwise(it))
        .orElseGet(ResolveOutcome.NoSuchConflict::new);
  }

  /** What stands in the kept event's place owns the code, and will have the claim. */
  private ResolveOutcome compare(Request request, Parked kept) {
    EventTable.FindAnswer answer = eventTable.find(request.bookingCode(), Version.FIRST);
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    if (answer instanceof EventTable.FindAnswer.Found found
        && !found.event().is(kept.event().identity())) {
      return decide(request, kept, found.event());
    }
    Instant since = kept.conflictSince().orElseThrow();
    // No sweep repeats a hint about a conflict, so none may be swallowed for an earlier one.
    return fallbackQueue.sendAgain(
                new Debt(kept.event(), since, "conflict-" + since.toEpochMilli()))
            instanceof Unavailable unavailable
        ? unavailable
        : new ResolveOutcome.Requeued();
  }

  /** Step 1. */
  private ResolveOutcome decide(Request request, Parked kept, AcceptedEvent recorded) {
    Decision decision =
        new Decision(
            request.action(),
            request.operator(),
            request.reason(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    DecideAnswer answer =
        conflictIndex.decide(request.bookingCode(), kept.event().identity(), decision);
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    if (answer instanceof DecideAnswer.Gone) {
      // Somebody else was faster: what they did answers this.
      return resolve(request);
    }
    if (answer instanceof DecideAnswer.DecidedBefore before) {
      // Begun before by a call that did not end, or by another operator who decided the same.
      return before.standing().agreesWith(decision)
          ? carryOut(before.standing(), kept, recorded)
          : new ResolveOutcome.DecidedOtherwise(before.standing());
    }
    return carryOut(decision, kept, recorded);
  }

  /** Step 2. */
  private ResolveOutcome carryOut(Decision decision, Parked kept, AcceptedEvent recorded) {
    if (decision.action() instanceof Action.Reassign reassign) {
      PriceEvent moved = kept.event().event().under(reassign.newBookingCode());
      AppendOutcome outcome = append.append(moved);
      if (outcome instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (outcome instanceof AppendOutcome.BookingCodeTaken
          || outcome instanceof AppendOutcome.EventIdReused) {
        return withdraw(decision, kept);
      }
    }
    return record(decision, kept, recorded);
  }

  private ResolveOutcome withdraw(Decision decision, Parked kept) {
    AcceptedEvent event = kept.event();
    return conflictIndex.withdraw(event.bookingCode(), event.identity(), decision)
            instanceof Unavailable unavailable
        ? unavailable
        : new ResolveOutcome.NewCodeTaken();
  }

  /** Step 3. */
  private ResolveOutcome record(Decision decision, Parked kept, AcceptedEvent recorded) {
    Resolution resolution =
        new Resolution(
            decision,
            kept.event(),
            kept.conflictSince().orElseThrow(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    RecordAnswer answer = conflictIndex.record(resolution);
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    return answer instanceof RecordAnswer.Superseded superseded
        ? resolvedBefore(request(resolution), Optional.of(superseded.standing()))
        : close(resolution, recorded);
  }

  /** Step 4. */
  private ResolveOutcome close(Resolution resolution, AcceptedEvent recorded) {
    CloseAnswer answer = conflictIndex.close(resolution, recorded.identity());
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    // A repetition of this call may have closed it first; the record tells.
    return answer instanceof CloseAnswer.Gone
        ? resolve(request(resolution))
        : new ResolveOutcome.Resolved(resolution);
  }

  private static Request request(Resolution resolution) {
    Decision decision = resolution.decision();
    return new Request(
        resolution.kept().bookingCode(),
        resolution.kept().identity().eventId(),
        decision.action(),
        decision.operator(),
        decision.reason());
  }
}
