package dev.holdfast.explore;

import static dev.holdfast.explore.Scenarios.BOTH_TABLES;
import static dev.holdfast.explore.Scenarios.EVENT_TABLE;
import static dev.holdfast.explore.Scenarios.NOTHING;
import static dev.holdfast.explore.Scenarios.PENDING_INDEX;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.explore.Scenario.Question;
import dev.holdfast.explore.Script.Call;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTable.RecordAnswer;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.Meanwhile;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Store;
import dev.holdfast.simulated.SimulatedPendingIndex;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The ledger, broken in one place each. The explorer has to see every one of them. */
final class Mutants {

  private Mutants() {}

  /**
   * A mutant, and where it shows.
   *
   * @param name what is broken
   */
  record Mutant(String name, Protocol protocol, Scenario scenario) {

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Mutant> all() {
    return List.of(
        new Mutant(
            "no claim",
            new Protocol() {
              @Override
              boolean claimsEveryBooking() {
                return false;
              }

              @Override
              PendingIndex pendingIndex(Ports ports) {
                return new NoClaim(ports.pendingIndex());
              }
            },
            Scenarios.conflict().withFaulty(EVENT_TABLE)),
        new Mutant(
            "check, then write, instead of claim",
            withIndex(CheckThenWrite::new),
            Scenarios.conflict().withFaulty(EVENT_TABLE)),
        new Mutant(
            "claim after the write",
            new ClaimAfterWrite(),
            Scenarios.conflict().withFaulty(EVENT_TABLE)),
        new Mutant(
            "take-over without revision",
            withIndex((ports, index) -> new Unconditional(ports, index, Mutants::isTakeOver)),
            Scenarios.writerAndRival().withFaulty(EVENT_TABLE)),
        new Mutant(
            "a repeated claim does not raise the revision",
            withIndex(RepeatedClaimWithoutRaise::new),
            Scenarios.writerAndRival().withFaulty(EVENT_TABLE)),
        new Mutant(
            "park without revision",
            withIndex((ports, index) -> new Unconditional(ports, index, Mutants::isPark)),
            Scenarios.reading(Question.CURRENT).withFaulty(EVENT_TABLE)),
        new Mutant(
            "settle without revision",
            withIndex((ports, index) -> new Unconditional(ports, index, Mutants::isSettle)),
            Scenarios.reading(Question.CURRENT).withFaulty(EVENT_TABLE)),
        new Mutant(
            "settle before the write",
            new SettleBeforeWrite(),
            Scenarios.reading(Question.CURRENT).withFaulty(EVENT_TABLE)),
        new Mutant(
            "a list is drained in another order",
            new LastFirst(),
            Scenarios.reading(Question.WHOLE).withFaulty(EVENT_TABLE)),
        new Mutant(
            "no second look",
            readingBy(Mutants::lookingOnce, (ports, index) -> index),
            Scenarios.reading(Question.CURRENT).withFaulty(EVENT_TABLE)),
        new Mutant(
            "a claimed head is read as recorded",
            readingBy(table -> table, ClaimedReadAsRecorded::new),
            Scenarios.conflict().withFaulty(EVENT_TABLE)),
        new Mutant(
            "404 when the pending index cannot answer",
            new NotFoundWithoutPendingIndex(),
            Scenarios.conflict().withFaulty(BOTH_TABLES)),
        new Mutant(
            "the short way trusts a claimed head",
            withIndex(ClaimedHeadTrusted::new),
            Scenarios.reading(Question.CURRENT).withFaulty(EVENT_TABLE)),
        new Mutant(
            "a claim replaces what is pending",
            withIndex(PendingReplaced::new),
            Scenarios.thirdOnTwoRivals().withFaulty(BOTH_TABLES)),
        new Mutant(
            "a claim over a pending head compares versions, not events",
            withIndex(VersionsCompared::new),
            Scenarios.thirdOnTwoRivals().withFaulty(BOTH_TABLES)),
        new Mutant(
            "201 inferred from the head's being past the version",
            withIndex(PastMeansRecorded::new),
            Scenarios.thirdOnTwoRivals().withFaulty(BOTH_TABLES)),
        new Mutant(
            "a conflict is dropped",
            withIndex(ConflictDropped::new),
            Scenarios.conflict().withFaulty(BOTH_TABLES)),
        new Mutant(
            "its own event taken for another's",
            withTable(OwnEventTakenForAnothers::new),
            Scenarios.writerAndRival().withFaulty(PENDING_INDEX)),
        new Mutant(
            "pending index unreachable taken as free while the event table fails",
            new UnreachableIsFree(),
            Scenarios.conflict().withFaulty(BOTH_TABLES)),
        new Mutant(
            "the unclaimed mark is dropped before the head agrees",
            withTable(ForgetfulTable::new),
            Scenarios.conflict().withFaulty(Set.of(Store.PENDING_INDEX, Store.FALLBACK_QUEUE))),
        new Mutant(
            "the unclaimed mark is dropped at a claim that may be taken over",
            withIndex(ClaimNotConfirmed::new),
            Scenarios.writerAndRival().withFaulty(PENDING_INDEX)),
        new Mutant(
            "the owner is who claimed the first version",
            withIndex(FirstClaimOwns::new),
            Scenarios.versionTwoOnTwoRivals().withFaulty(PENDING_INDEX)),
        new Mutant(
            "what was claimed at home is taken for recorded at the second door",
            readingBy(table -> table, ClaimedReadAsRecorded::new),
            Scenarios.changesAtTwoDoors().withFaults(List.of(NOTHING, EVENT_TABLE, NOTHING))),
        new Mutant(
            "an event is parked at a moment before the one before it",
            withIndex(ParkedAtAnyMoment::new),
            Scenarios.thirdOnTwoRivalsBySkewedClocks().withFaulty(EVENT_TABLE)),
        new Mutant(
            "the moment of the event that the look has shown is not heeded",
            new MomentNotHeeded(),
            Scenarios.thirdOnTwoRivalsBySkewedClocks().withFaulty(PENDING_INDEX)),
        new Mutant(
            "no second look, as of a moment",
            readingBy(Mutants::lookingOnce, (ports, index) -> index),
            Scenarios.asOfStart().withFaulty(EVENT_TABLE)),
        new Mutant(
            "two regions that are only eventually consistent",
            new TwoRegions.EventuallyConsistent(),
            Scenarios.conflict().withFaulty(BOTH_TABLES)));
  }

  /** Those that show only because calls land late. */
  static List<Mutant> ofLateCalls() {
    return List.of(
        new Mutant(
            "a claim is taken over while a call of its writer may still land",
            withIndex(TakenOverEarly::new),
            Scenarios.lateByMinutes().withFaulty(EVENT_TABLE)),
        new Mutant(
            "a rival is refused for a claim that was not made pending",
            new ConcedesNothing(),
            Scenarios.rivalsForTwo().withFaulty(EVENT_TABLE).withInFlight(1)));
  }

  /** Those that show only because another store fails after the first one. */
  static List<Mutant> ofMovingFaults() {
    return List.of(
        new Mutant(
            "another store fails while something is owed",
            new Protocol() {
              @Override
              boolean owes(Snapshot stores, BookingCode code) {
                return false;
              }
            },
            Scenarios.conflict().withFaults(List.of(PENDING_INDEX, EVENT_TABLE))));
  }

  /** The design that comes to mind first: see docs/proof.md. */
  static Mutant foil() {
    return new Mutant(
        "the foil: look, write, fall back",
        new Foil(),
        Scenarios.twoRivals().withFaulty(EVENT_TABLE));
  }

  private static Protocol withIndex(BiFunction<Ports, PendingIndex, PendingIndex> mutation) {
    return new Protocol() {
      @Override
      PendingIndex pendingIndex(Ports ports) {
        return mutation.apply(ports, ports.pendingIndex());
      }
    };
  }

  private static Protocol withTable(UnaryOperator<EventTable> mutation) {
    return new Protocol() {
      @Override
      EventTable eventTable(Ports ports) {
        return mutation.apply(ports.eventTable());
      }
    };
  }

  /** Only reads are broken. */
  private static Protocol readingBy(
      UnaryOperator<EventTable> table, BiFunction<Ports, PendingIndex, PendingIndex> index) {
    return new Protocol() {
      @Override
      Object read(
          Ports ports,
          BookingCode bookingCode,
          Question question,
          boolean breakerIsOpen,
          Meanwhile meanwhile,
          Clock clock) {
        Protocol reading =
            new Protocol() {
              @Override
              EventTable eventTable(Ports its) {
                return table.apply(its.eventTable());
              }

              @Override
              PendingIndex pendingIndex(Ports its) {
                return index.apply(its, its.pendingIndex());
              }
            };
        return reading.read(ports, bookingCode, question, breakerIsOpen, meanwhile, clock);
      }
    };
  }

  /** One write to the pending index that is not of its port. */
  private static Object write(
      Ports ports, String name, Function<SimulatedPendingIndex, Object> effect) {
    return ports
        .script()
        .ask(
            new Call(
                Store.PENDING_INDEX, name, false, stores -> effect.apply(stores.pendingIndex())));
  }

  private static Head with(Head head, List<AcceptedEvent> events, Head.State state, long revision) {
    return new Head(
        head.bookingCode(),
        head.owner(),
        events,
        head.previous(),
        state,
        revision,
        head.claimedAt(),
        head.kept());
  }

  private static boolean isTakeOver(Head seen, Head next) {
    return next.version().equals(seen.version())
        && !next.last().equals(seen.last())
        && next.state() instanceof Head.State.Claimed;
  }

  private static boolean isPark(Head seen, Head next) {
    return next.isPending() && next.events().equals(seen.events());
  }

  private static boolean isSettle(Head seen, Head next) {
    return seen.isPending() && next.state() instanceof Head.State.Recorded;
  }

  private static final class NoClaim extends ForwardingPendingIndex {

    NoClaim(PendingIndex index) {
      super(index);
    }

    @Override
    public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
      return new ClaimAnswer.Granted(Head.claimed(event, previous, now));
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      if (!isPark(seen, next)) {
        return super.replace(seen, next);
      }
      ClaimAnswer answer = claimAndPark(next.last(), next.claimedAt());
      if (answer instanceof Unavailable unavailable) {
        return unavailable;
      }
      return answer instanceof ClaimAnswer.Refused refused
          ? new ReplaceAnswer.Moved(refused.standing().orElseThrow())
          : new ReplaceAnswer.Replaced();
    }
  }

  private static final class CheckThenWrite extends ForwardingPendingIndex {

    private final Ports ports;

    CheckThenWrite(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
      PendingIndex.FindAnswer found = find(event.bookingCode());
      if (found instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (found instanceof PendingIndex.FindAnswer.Found standing) {
        return new ClaimAnswer.Refused(Optional.of(standing.head()));
      }
      return (ClaimAnswer)
          write(
              ports,
              "write",
              index -> {
                Head head = Head.claimed(event, previous, now);
                index.overwrite(head);
                return new ClaimAnswer.Granted(head);
              });
    }
  }

  private static final class ClaimAfterWrite extends Protocol {

    @Override
    boolean claimsEveryBooking() {
      return false;
    }

    @Override
    AppendOutcome append(Ports ports, PriceEvent event, boolean breakerIsOpen, Clock clock) {
      AcceptedEvent accepted = new AcceptedEvent(event, event.identity(), clock.instant());
      RecordAnswer answer = ports.eventTable().record(accepted);
      if (answer instanceof RecordAnswer.Occupied occupied) {
        return occupied.standing().is(event.identity())
            ? new AppendOutcome.AlreadyRecorded(accepted)
            : new AppendOutcome.BookingCodeTaken();
      }
      if (answer instanceof RecordAnswer.Recorded) {
        ports.pendingIndex().claim(accepted, Optional.empty(), clock.instant());
        return new AppendOutcome.Recorded(accepted);
      }
      return ports.pendingIndex().claimAndPark(accepted, clock.instant())
              instanceof PendingIndex.ClaimAnswer.Granted
          ? new AppendOutcome.Pending(accepted)
          : new AppendOutcome.BookingCodeTaken();
    }
  }

  /** Some of the replacements do not ask whether the head is as it was seen. */
  private static final class Unconditional extends ForwardingPendingIndex {

    private final Ports ports;
    private final BiFunction<Head, Head, Boolean> which;

    Unconditional(Ports ports, PendingIndex index, BiFunction<Head, Head, Boolean> which) {
      super(index);
      this.ports = ports;
      this.which = which;
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      if (!which.apply(seen, next)) {
        return super.replace(seen, next);
      }
      return (ReplaceAnswer)
          write(
              ports,
              "replace",
              index -> {
                long revision = index.headOf(next.bookingCode()).orElseThrow().revision() + 1;
                index.overwrite(with(next, next.events(), next.state(), revision));
                return new ReplaceAnswer.Replaced();
              });
    }
  }

  private static final class RepeatedClaimWithoutRaise extends ForwardingPendingIndex {

    RepeatedClaimWithoutRaise(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      boolean isRepeated =
          next.state() instanceof Head.State.Claimed && next.events().equals(seen.events());
      return super.replace(
          seen, isRepeated ? with(next, next.events(), next.state(), seen.revision()) : next);
    }
  }

  private static final class SettleBeforeWrite extends Protocol {

    @Override
    DrainOutcome drain(Ports ports, AcceptedEvent message, Clock clock) {
      PendingIndex.FindAnswer answer = ports.pendingIndex().find(message.bookingCode());
      if (!(answer instanceof PendingIndex.FindAnswer.Found found) || !found.head().isPending()) {
        return super.drain(ports, message, clock);
      }
      Head head = found.head();
      Head settled =
          with(head, List.of(head.last()), new Head.State.Recorded(), head.revision() + 1);
      if (ports.pendingIndex().replace(head, settled) instanceof Unavailable failure) {
        return failure;
      }
      for (AcceptedEvent event : head.events()) {
        if (ports.eventTable().record(event) instanceof Unavailable failure) {
          return failure;
        }
      }
      return new DrainOutcome.Settled();
    }
  }

  private static final class LastFirst extends Protocol {

    @Override
    DrainOutcome drain(Ports ports, AcceptedEvent message, Clock clock) {
      PendingIndex.FindAnswer answer = ports.pendingIndex().find(message.bookingCode());
      if (!(answer instanceof PendingIndex.FindAnswer.Found found) || !found.head().isPending()) {
        return super.drain(ports, message, clock);
      }
      List<AcceptedEvent> events = new ArrayList<>(found.head().events());
      Collections.reverse(events);
      for (AcceptedEvent event : events) {
        if (ports.eventTable().record(event) instanceof Unavailable failure) {
          return failure;
        }
      }
      return super.drain(ports, message, clock);
    }
  }

  /** Whoever looks twice sees what he saw first. */
  private static EventTable lookingOnce(EventTable table) {
    return new ForwardingEventTable(table) {
      private Optional<EventTable.FindAnswer> last = Optional.empty();

      @Override
      public EventTable.FindAnswer last(BookingCode bookingCode) {
        last = last.or(() -> Optional.of(super.last(bookingCode)));
        return last.get();
      }
    };
  }

  /** Whoever is refused in an outage leaves the claim that stands in its place as it is. */
  private static final class ConcedesNothing extends Protocol {

    @Override
    AppendOutcome append(Ports ports, PriceEvent event, boolean breakerIsOpen, Clock clock) {
      Protocol appending =
          new Protocol() {
            @Override
            PendingIndex pendingIndex(Ports itsPorts) {
              return new ForwardingPendingIndex(itsPorts.pendingIndex()) {
                @Override
                public ReplaceAnswer replace(Head seen, Head next) {
                  return next.isPending() && !next.isAt(event.identity())
                      ? new ReplaceAnswer.Replaced()
                      : super.replace(seen, next);
                }
              };
            }
          };
      return appending.append(ports, event, breakerIsOpen, clock);
    }
  }

  private static final class ClaimedReadAsRecorded extends ForwardingPendingIndex {

    ClaimedReadAsRecorded(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public PendingIndex.FindAnswer find(BookingCode bookingCode) {
      PendingIndex.FindAnswer answer = super.find(bookingCode);
      return answer instanceof PendingIndex.FindAnswer.Found found
              && found.head().state() instanceof Head.State.Claimed
          ? new PendingIndex.FindAnswer.Found(
              with(
                  found.head(),
                  found.head().events(),
                  new Head.State.Recorded(),
                  found.head().revision()))
          : answer;
    }
  }

  private static final class NotFoundWithoutPendingIndex extends Protocol {

    @Override
    Object read(
        Ports ports,
        BookingCode bookingCode,
        Question question,
        boolean breakerIsOpen,
        Meanwhile meanwhile,
        Clock clock) {
      Object outcome = super.read(ports, bookingCode, question, breakerIsOpen, meanwhile, clock);
      return outcome instanceof Unavailable ? new ReadOutcome.NotFound() : outcome;
    }
  }

  private static final class ClaimedHeadTrusted extends ForwardingPendingIndex {

    private final Ports ports;

    ClaimedHeadTrusted(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
      return (ClaimAnswer)
          write(
              ports,
              "claimAndPark",
              index -> {
                Optional<Head> before = index.headOf(event.bookingCode());
                ClaimAnswer answer = index.claimAndPark(event, now);
                if (!(answer instanceof ClaimAnswer.Granted granted)
                    || before.filter(it -> it.state() instanceof Head.State.Claimed).isEmpty()) {
                  return answer;
                }
                Head head = granted.head();
                Head alone = with(head, List.of(event), head.state(), head.revision());
                index.overwrite(alone);
                return new ClaimAnswer.Granted(alone);
              });
    }
  }

  private static final class PendingReplaced extends ForwardingPendingIndex {

    PendingReplaced(Ports ports, PendingIndex index) {
      super(index);
    }

    /** What waits passes for what came to nothing. */
    @Override
    public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
      ClaimAnswer answer = super.claim(event, previous, now);
      return answer instanceof ClaimAnswer.Refused refused
              && refused.standing().filter(Head::isPending).isPresent()
              && event.version().isAfter(refused.standing().get().version())
          ? new ClaimAnswer.Refused(
              refused
                  .standing()
                  .map(
                      head -> with(head, head.events(), new Head.State.Claimed(), head.revision())))
          : answer;
    }
  }

  private static final class VersionsCompared extends ForwardingPendingIndex {

    private final Ports ports;

    VersionsCompared(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
      return (ClaimAnswer)
          write(
              ports,
              "claim",
              index -> {
                Optional<Head> standing = index.headOf(event.bookingCode());
                if (standing.isEmpty() || !event.version().follows(standing.get().version())) {
                  return index.claim(event, previous, now);
                }
                // The event table has the version before: so all that waits is there.
                Head head = standing.get().claimedFor(event, previous, now);
                index.overwrite(head);
                return new ClaimAnswer.Granted(head);
              });
    }
  }

  private static final class PastMeansRecorded extends ForwardingPendingIndex {

    PastMeansRecorded(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      ReplaceAnswer answer = super.replace(seen, next);
      if (!isPark(seen, next)
          || !(answer instanceof ReplaceAnswer.Moved moved)
          || !moved.standing().events().get(0).version().follows(seen.version())) {
        return answer;
      }
      Head head = moved.standing();
      return new ReplaceAnswer.Moved(
          new Head(
              head.bookingCode(),
              head.owner(),
              head.events(),
              Optional.of(seen.last().identity()),
              head.state(),
              head.revision(),
              head.claimedAt(),
              head.kept()));
    }
  }

  private static final class ConflictDropped extends ForwardingPendingIndex {

    ConflictDropped(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      return super.replace(
          seen,
          new Head(
              next.bookingCode(),
              next.owner(),
              next.events(),
              next.previous(),
              next.state(),
              next.revision(),
              next.claimedAt(),
              List.of()));
    }
  }

  private static final class OwnEventTakenForAnothers extends ForwardingEventTable {

    OwnEventTakenForAnothers(EventTable table) {
      super(table);
    }

    @Override
    public RecordAnswer record(AcceptedEvent event) {
      return blur(super.record(event));
    }

    @Override
    public RecordAnswer recordUnclaimed(AcceptedEvent event, Instant since) {
      return blur(super.recordUnclaimed(event, since));
    }

    private static RecordAnswer blur(RecordAnswer answer) {
      if (answer instanceof RecordAnswer.Occupied occupied) {
        AcceptedEvent standing = occupied.standing();
        EventIdentity stranger =
            new EventIdentity(new EventId(new UUID(9, 9)), standing.identity().fingerprint());
        return new RecordAnswer.Occupied(
            new AcceptedEvent(standing.event(), stranger, standing.recordedAt()));
      }
      return answer;
    }
  }

  private static final class UnreachableIsFree extends Protocol {

    @Override
    AppendOutcome append(Ports ports, PriceEvent event, boolean breakerIsOpen, Clock clock) {
      AppendOutcome outcome = super.append(ports, event, breakerIsOpen, clock);
      if (!(outcome instanceof Unavailable)) {
        return outcome;
      }
      AcceptedEvent accepted = new AcceptedEvent(event, event.identity(), clock.instant());
      ports.fallbackQueue().send(new Hint(accepted, Optional.empty()));
      return new AppendOutcome.Pending(accepted);
    }
  }

  private static final class ForgetfulTable extends ForwardingEventTable {

    ForgetfulTable(EventTable table) {
      super(table);
    }

    @Override
    public EventTable.FindAnswer last(BookingCode bookingCode) {
      EventTable.FindAnswer answer = super.last(bookingCode);
      if (answer instanceof EventTable.FindAnswer.Found found) {
        markClaimed(bookingCode, found.event().version());
      }
      return answer;
    }

    @Override
    public RepairAnswer markClaimed(BookingCode bookingCode, Version version) {
      return super.markClaimed(bookingCode, version);
    }
  }

  private static final class ClaimNotConfirmed extends ForwardingPendingIndex {

    ClaimNotConfirmed(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      return seen.state() instanceof Head.State.Claimed
              && next.state() instanceof Head.State.Recorded
              && next.events().equals(seen.events())
          ? new ReplaceAnswer.Replaced()
          : super.replace(seen, next);
    }
  }

  /** What waits keeps the moment of its own clock. */
  private static final class ParkedAtAnyMoment extends ForwardingPendingIndex {

    private final Ports ports;

    ParkedAtAnyMoment(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
      return (ClaimAnswer)
          write(
              ports,
              "claimAndPark",
              index -> {
                Optional<Head> standing = index.headOf(event.bookingCode());
                if (standing.isEmpty() || !event.version().follows(standing.get().version())) {
                  return index.claimAndPark(event, now);
                }
                Head parked = standing.get().parkedWith(event, now);
                List<AcceptedEvent> events = new ArrayList<>(standing.get().events());
                events.add(event);
                Head head = with(parked, events, parked.state(), parked.revision());
                index.overwrite(head);
                return new ClaimAnswer.Granted(head);
              });
    }
  }

  /** Whoever appends takes no notice of when the event before was accepted. */
  private static final class MomentNotHeeded extends Protocol {

    @Override
    AppendOutcome append(Ports ports, PriceEvent event, boolean breakerIsOpen, Clock clock) {
      return withTable(MomentNotHeeded::longAgo).append(ports, event, breakerIsOpen, clock);
    }

    private static EventTable longAgo(EventTable table) {
      return new ForwardingEventTable(table) {
        @Override
        public EventTable.FindAnswer last(BookingCode bookingCode) {
          EventTable.FindAnswer answer = super.last(bookingCode);
          if (!(answer instanceof EventTable.FindAnswer.Found found)) {
            return answer;
          }
          AcceptedEvent last = found.event();
          return new EventTable.FindAnswer.Found(
              new AcceptedEvent(last.event(), last.identity(), Instant.EPOCH));
        }
      };
    }
  }

  private static final class FirstClaimOwns extends ForwardingPendingIndex {

    FirstClaimOwns(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      return super.replace(
          seen,
          new Head(
              next.bookingCode(),
              seen.owner(),
              next.events(),
              next.previous(),
              next.state(),
              next.revision(),
              next.claimedAt(),
              next.kept()));
    }
  }

  private static final class TakenOverEarly extends ForwardingPendingIndex {

    TakenOverEarly(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
      ClaimAnswer answer = super.claim(event, previous, now);
      return answer instanceof ClaimAnswer.Refused refused
          ? new ClaimAnswer.Refused(refused.standing().map(TakenOverEarly::older))
          : answer;
    }

    private static Head older(Head head) {
      return new Head(
          head.bookingCode(),
          head.owner(),
          head.events(),
          head.previous(),
          head.state(),
          head.revision(),
          head.claimedAt().minus(Duration.ofMinutes(8)),
          head.kept());
    }
  }

  /** Look at the index, write the table, on failure put it on the queue and into the index. */
  private static final class Foil extends Protocol {

    @Override
    boolean claimsEveryBooking() {
      return false;
    }

    @Override
    AppendOutcome append(Ports ports, PriceEvent event, boolean breakerIsOpen, Clock clock) {
      AcceptedEvent accepted = new AcceptedEvent(event, event.identity(), clock.instant());
      PendingIndex.FindAnswer look = ports.pendingIndex().find(event.bookingCode());
      if (look instanceof PendingIndex.FindAnswer.Found found && found.head().isPending()) {
        return found.head().isAt(event.identity())
            ? new AppendOutcome.Pending(accepted)
            : new AppendOutcome.BookingCodeTaken();
      }
      RecordAnswer answer = ports.eventTable().record(accepted);
      if (answer instanceof RecordAnswer.Recorded) {
        return new AppendOutcome.Recorded(accepted);
      }
      if (answer instanceof RecordAnswer.Occupied occupied) {
        return occupied.standing().is(event.identity())
            ? new AppendOutcome.AlreadyRecorded(accepted)
            : new AppendOutcome.BookingCodeTaken();
      }
      ports.fallbackQueue().send(new Hint(accepted, Optional.empty()));
      ports.pendingIndex().claimAndPark(accepted, clock.instant());
      return new AppendOutcome.Pending(accepted);
    }
  }
}
