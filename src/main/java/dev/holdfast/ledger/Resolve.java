package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Decision.Action;
import dev.holdfast.ledger.PendingIndex.FindAnswer;
import dev.holdfast.ledger.PendingIndex.ReplaceAnswer;
import java.time.Clock;
import java.util.Optional;

/**
 * Ends a conflict as an operator decided. Both events of a conflict were acknowledged, which takes
 * two faults at once: one is in the event table, the other one is kept at the head of the booking.
 * If that is a first event, it becomes the first event of another booking code; if it is a later
 * one, the next version of its booking; or it is discarded.
 *
 * <ol>
 *   <li><b>Decide</b>: write the decision down at the kept event. From here on every other decision
 *       is refused, so that an event is never both appended and discarded.
 *   <li><b>Carry out</b>: append, as any department does, with every promise that goes with it. If
 *       the new code is taken, the decision is withdrawn; if the next version is, the one after it
 *       is decided for.
 *   <li><b>Close</b>: write the event and what became of it into the record, which stays for ever
 *       (R4), and keep it no longer.
 * </ol>
 *
 * <p>Every step may be repeated: a call that dies half-way and is sent again ends in the same
 * state. Thread-safe.
 */
public final class Resolve {

  /** How often others may touch a booking before a call gives up. */
  private static final int MOST_TURNS = 5;

  private final PendingIndex pendingIndex;
  private final ResolutionLog resolutionLog;
  private final Append append;
  private final Clock clock;

  /**
   * @param append carries out what is reassigned or appended again
   */
  public Resolve(
      PendingIndex pendingIndex, ResolutionLog resolutionLog, Append append, Clock clock) {
    this.pendingIndex = pendingIndex;
    this.resolutionLog = resolutionLog;
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
      BookingCode bookingCode, EventId eventId, Wish wish, String operator, String reason) {}

  /** What is to become of the event. */
  public sealed interface Wish permits Wish.Reassign, Wish.Reappend, Wish.Discard {
    /** It becomes the first event of another booking code; only for a first event. */
    record Reassign(BookingCode newBookingCode) implements Wish {}

    /** It becomes the next version of its booking; only for a later event. */
    record Reappend() implements Wish {}

    /** It becomes nothing. */
    record Discard() implements Wish {}

    private boolean isMetBy(Action action) {
      return this instanceof Reassign reassign
          ? action.equals(new Action.Reassign(reassign.newBookingCode()))
          : this instanceof Reappend
              ? action instanceof Action.Reappend
              : action instanceof Action.Discard;
    }
  }

  /** Carries out a decision; on {@link Unavailable} it has to be sent again. */
  public ResolveOutcome resolve(Request request) {
    return new Resolving(request).find();
  }

  /** One call. */
  private final class Resolving {

    private final Request request;
    private int turns;

    Resolving(Request request) {
      this.request = request;
    }

    ResolveOutcome find() {
      turns++;
      if (turns > MOST_TURNS) {
        return new Unavailable("the booking is written to by too many at once");
      }
      FindAnswer answer = pendingIndex.find(request.bookingCode());
      if (answer instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (!(answer instanceof FindAnswer.Found found)) {
        return resolvedBefore();
      }
      Head head = found.head();
      Optional<Kept> kept = head.kept().stream().filter(it -> isMeant(it.event())).findFirst();
      if (kept.isPresent()) {
        return decide(head, kept.get());
      }
      return head.isPending() && head.events().stream().anyMatch(this::isMeant)
          ? new ResolveOutcome.NotInConflict()
          : resolvedBefore();
    }

    private boolean isMeant(AcceptedEvent event) {
      return event.identity().eventId().equals(request.eventId());
    }

    private ResolveOutcome resolvedBefore() {
      ResolutionLog.FindAnswer answer =
          resolutionLog.find(request.bookingCode(), request.eventId());
      if (answer instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (!(answer instanceof ResolutionLog.FindAnswer.Found found)) {
        return new ResolveOutcome.NoSuchConflict();
      }
      return request.wish().isMetBy(found.resolution().decision().action())
          ? new ResolveOutcome.Resolved(found.resolution())
          : new ResolveOutcome.ResolvedOtherwise(found.resolution());
    }

    /** Step 1. */
    private ResolveOutcome decide(Head head, Kept kept) {
      if (kept.decision().isPresent()) {
        // Begun before by a call that did not end, or by another operator who decided the same.
        return request.wish().isMetBy(kept.decision().get().action())
            ? carryOut(kept, kept.decision().get())
            : new ResolveOutcome.DecidedOtherwise(kept.decision().get());
      }
      Optional<Action> action = action(kept.event(), head.version().number());
      if (action.isEmpty()) {
        return new ResolveOutcome.NotForThisEvent();
      }
      Decision decision =
          new Decision(action.get(), request.operator(), request.reason(), clock.instant());
      ReplaceAnswer answer = pendingIndex.replace(head, head.with(kept.decided(decision)));
      if (answer instanceof Unavailable unavailable) {
        return unavailable;
      }
      return answer instanceof ReplaceAnswer.Moved
          ? find()
          : carryOut(kept.decided(decision), decision);
    }

    private Optional<Action> action(AcceptedEvent event, int lastVersion) {
      boolean isFirst = event.version().isFirst();
      if (request.wish() instanceof Wish.Reassign reassign) {
        return Optional.<Action>of(new Action.Reassign(reassign.newBookingCode()))
            .filter(it -> isFirst);
      }
      return request.wish() instanceof Wish.Reappend
          ? Version.of(lastVersion + 1).<Action>map(Action.Reappend::new).filter(it -> !isFirst)
          : Optional.of(new Action.Discard());
    }

    /** Step 2. */
    private ResolveOutcome carryOut(Kept kept, Decision decision) {
      PriceEvent event = kept.event().event();
      if (decision.action() instanceof Action.Discard) {
        return close(kept, decision);
      }
      AppendOutcome outcome =
          append.append(
              decision.action() instanceof Action.Reassign reassign
                  ? event.under(reassign.newBookingCode())
                  : event.at(((Action.Reappend) decision.action()).version()));
      if (outcome instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (outcome instanceof AppendOutcome.VersionConflict conflict) {
        return decideAgain(kept, decision, conflict.currentVersion());
      }
      return outcome instanceof AppendOutcome.BookingCodeTaken
              || outcome instanceof AppendOutcome.EventIdReused
          ? withdraw(kept)
          : close(kept, decision);
    }

    /** Another event has the version, and this one never will: the next one, then. */
    private ResolveOutcome decideAgain(Kept kept, Decision decision, int currentVersion) {
      Optional<Action> next = action(kept.event(), currentVersion);
      if (next.isEmpty()) {
        return withdraw(kept);
      }
      Decision again =
          new Decision(next.get(), decision.operator(), decision.reason(), decision.decidedAt());
      return rewrite(kept.decided(again)).orElseGet(this::find);
    }

    private ResolveOutcome withdraw(Kept kept) {
      return rewrite(kept.undecided()).orElseGet(ResolveOutcome.Withdrawn::new);
    }

    /** Writes a kept event's decision, or that there is none; answers why not, where it did not. */
    private Optional<ResolveOutcome> rewrite(Kept kept) {
      FindAnswer answer = pendingIndex.find(request.bookingCode());
      if (!(answer instanceof FindAnswer.Found found)) {
        return Optional.of(
            answer instanceof Unavailable unavailable
                ? unavailable
                : new ResolveOutcome.NoSuchConflict());
      }
      ReplaceAnswer written = pendingIndex.replace(found.head(), found.head().with(kept));
      if (written instanceof Unavailable unavailable) {
        return Optional.of(unavailable);
      }
      return written instanceof ReplaceAnswer.Moved ? Optional.of(find()) : Optional.empty();
    }

    /** Step 3. The record first: a crash between the two leaves the event kept (R4). */
    private ResolveOutcome close(Kept kept, Decision decision) {
      Resolution resolution =
          new Resolution(decision, kept.event(), kept.conflictSince(), clock.instant());
      if (resolutionLog.write(resolution) instanceof Unavailable unavailable) {
        return unavailable;
      }
      FindAnswer answer = pendingIndex.find(request.bookingCode());
      if (!(answer instanceof FindAnswer.Found found)) {
        return answer instanceof Unavailable unavailable ? unavailable : resolvedBefore();
      }
      ReplaceAnswer removed =
          pendingIndex.replace(found.head(), found.head().without(kept.event()));
      if (removed instanceof Unavailable unavailable) {
        return unavailable;
      }
      return removed instanceof ReplaceAnswer.Moved ? find() : resolvedBefore();
    }
  }
}
