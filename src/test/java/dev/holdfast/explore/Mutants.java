package dev.holdfast.explore;

import static dev.holdfast.explore.Scenarios.BOTH_TABLES;
import static dev.holdfast.explore.Scenarios.EVENT_TABLE;
import static dev.holdfast.explore.Scenarios.PENDING_INDEX;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.explore.Script.Call;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTable.RecordAnswer;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer;
import dev.holdfast.ledger.PendingIndex.ParkAnswer;
import dev.holdfast.ledger.PendingIndex.SettleAnswer;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Store;
import dev.holdfast.simulated.SimulatedPendingIndex;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
            withIndex(TakeOverWithoutRevision::new),
            Scenarios.twoWriters(1).withFaulty(EVENT_TABLE)),
        new Mutant(
            "resumed claim that does not raise the revision",
            withIndex(ResumedClaimWithoutRaise::new),
            Scenarios.twoWriters(1).withFaulty(EVENT_TABLE)),
        new Mutant(
            "settle that does not raise the revision",
            withIndex(SettleWithoutRaise::new),
            Scenarios.versionTwo().withFaulty(EVENT_TABLE)),
        new Mutant(
            "neither park nor resumed claim raise the revision",
            withIndex(
                (ports, index) ->
                    new ResumedClaimWithoutRaise(ports, new ParkWithoutRaise(ports, index))),
            Scenarios.twoWriters(1).withFaulty(EVENT_TABLE)),
        new Mutant(
            "park without condition",
            withIndex(ParkWithoutCondition::new),
            Scenarios.versionTwo().withFaulty(EVENT_TABLE)),
        new Mutant(
            "read without the second look",
            new ReadWithoutSecondLook(),
            Scenarios.conflict().withFaulty(EVENT_TABLE)),
        new Mutant(
            "404 when the pending index cannot answer",
            new NotFoundWithoutPendingIndex(),
            Scenarios.conflict().withFaulty(BOTH_TABLES)),
        new Mutant(
            "settle before the write",
            new SettleBeforeWrite(),
            Scenarios.twoDrains().withFaulty(EVENT_TABLE)),
        new Mutant(
            "conflict dropped",
            withIndex(ConflictDropped::new),
            Scenarios.conflict().withFaulty(BOTH_TABLES)),
        new Mutant(
            "its own event taken for another's",
            withTable(OwnEventTakenForAnothers::new),
            Scenarios.conflict().withFaulty(PENDING_INDEX)),
        new Mutant(
            "pending index unreachable taken as free while the event table fails",
            new UnreachableIsFree(),
            Scenarios.conflict().withFaulty(BOTH_TABLES)),
        new Mutant(
            "version 2 does not settle the claim",
            withIndex(NoFence::new),
            Scenarios.versionTwo().withFaulty(EVENT_TABLE)),
        new Mutant(
            "a resumed park passes for the whole booking",
            withIndex(ResumedUnnoticed::new),
            Scenarios.versionTwo().withFaulty(EVENT_TABLE)),
        new Mutant(
            "the unclaimed mark is dropped before the claim stands",
            withTable(ForgetfulTable::new),
            Scenarios.conflict().withFaulty(Set.of(Store.PENDING_INDEX, Store.FALLBACK_QUEUE))),
        new Mutant(
            "two regions that are only eventually consistent",
            new TwoRegions.EventuallyConsistent(),
            Scenarios.conflict().withFaulty(BOTH_TABLES)));
  }

  /** Those that show only because calls land late. */
  static List<Mutant> ofLateCalls() {
    return List.of(
        new Mutant(
            "a claim that lands late sets claimedAt back",
            withIndex(ClaimedAtSetBack::new),
            Scenarios.lateByMinutes()),
        new Mutant(
            "a claim is taken over while a call of its owner may still land",
            withIndex(TakenOverEarly::new),
            Scenarios.lateByMinutes().withFaulty(EVENT_TABLE)));
  }

  /** Those that show only because another store fails after the first one. */
  static List<Mutant> ofMovingFaults() {
    return List.of(
        new Mutant(
            "a claim that nobody touched since passes for a new one",
            withIndex(UntouchedPassesForNew::new),
            Scenarios.versionTwo().withFaults(List.of(PENDING_INDEX, EVENT_TABLE))),
        new Mutant(
            "another store fails while something is owed",
            new Protocol() {
              @Override
              boolean owes(Stores stores, BookingCode code) {
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
        Scenarios.conflict().withFaulty(EVENT_TABLE));
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

  /** One write to the pending index that is not of its port. */
  private static Object write(
      Ports ports, String name, Function<SimulatedPendingIndex, Object> effect) {
    return ports
        .script()
        .ask(
            new Call(
                Store.PENDING_INDEX, name, false, stores -> effect.apply(stores.pendingIndex())));
  }

  private static Claim withRevision(Claim claim, long revision) {
    return new Claim(claim.owner(), revision, claim.claimedAt(), claim.parked());
  }

  private static Claim at(Claim claim, Instant claimedAt) {
    return new Claim(claim.owner(), claim.revision(), claimedAt, claim.parked());
  }

  /** Does what a write does, but for the revision. */
  private static <A> A keepingRevision(
      SimulatedPendingIndex index, BookingCode code, Function<SimulatedPendingIndex, A> write) {
    Optional<Claim> before = index.claimOf(code);
    A answer = write.apply(index);
    if (before.isPresent()) {
      Claim after = index.claimOf(code).orElseThrow();
      index.overwrite(code, withRevision(after, before.get().revision()));
    }
    return answer;
  }

  private static final class NoClaim extends ForwardingPendingIndex {

    NoClaim(PendingIndex index) {
      super(index);
    }

    @Override
    public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
      return new ClaimAnswer.Granted(new Claim(event, 1, now, Optional.empty()));
    }

    @Override
    public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
      ClaimAnswer answer = claimAndPark(event, now);
      if (answer instanceof Unavailable unavailable) {
        return unavailable;
      }
      return answer instanceof ClaimAnswer.Taken taken
          ? new ParkAnswer.Moved(taken.standing())
          : new ParkAnswer.Parked();
    }
  }

  private static final class CheckThenWrite extends ForwardingPendingIndex {

    private final Ports ports;

    CheckThenWrite(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
      PendingIndex.FindAnswer found = find(bookingCode);
      if (found instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (found instanceof PendingIndex.FindAnswer.Found standing
          && !standing.claim().isOwnedBy(event)) {
        return new ClaimAnswer.Taken(standing.claim());
      }
      return (ClaimAnswer)
          write(
              ports,
              "write",
              index -> {
                Claim claim = new Claim(event, 1, now, Optional.empty());
                index.overwrite(bookingCode, claim);
                return new ClaimAnswer.Granted(claim);
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
        ports.pendingIndex().claim(event.bookingCode(), event.identity(), clock.instant());
        return new AppendOutcome.Recorded(accepted);
      }
      return ports.pendingIndex().claimAndPark(accepted, clock.instant())
              instanceof ClaimAnswer.Granted
          ? new AppendOutcome.Pending(accepted)
          : new AppendOutcome.BookingCodeTaken();
    }
  }

  private static final class TakeOverWithoutRevision extends ForwardingPendingIndex {

    private final Ports ports;

    TakeOverWithoutRevision(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ClaimAnswer takeOver(
        BookingCode bookingCode, EventIdentity event, Claim seen, Instant now) {
      return (ClaimAnswer)
          write(
              ports,
              "takeOver",
              index ->
                  index.takeOver(
                      bookingCode, event, index.claimOf(bookingCode).orElseThrow(), now));
    }
  }

  private static final class ResumedClaimWithoutRaise extends ForwardingPendingIndex {

    private final Ports ports;

    ResumedClaimWithoutRaise(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
      return (ClaimAnswer)
          write(
              ports,
              "claim",
              index -> {
                ClaimAnswer answer =
                    keepingRevision(index, bookingCode, it -> it.claim(bookingCode, event, now));
                return answer instanceof ClaimAnswer.Granted
                    ? new ClaimAnswer.Granted(index.claimOf(bookingCode).orElseThrow())
                    : answer;
              });
    }
  }

  private static final class ParkWithoutRaise extends ForwardingPendingIndex {

    private final Ports ports;

    ParkWithoutRaise(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
      return (ParkAnswer)
          write(
              ports,
              "park",
              index ->
                  keepingRevision(
                      index, event.bookingCode(), it -> it.park(event, seen, resumed, now)));
    }
  }

  private static final class ClaimedAtSetBack extends ForwardingPendingIndex {

    private final Ports ports;

    ClaimedAtSetBack(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
      return (ClaimAnswer)
          write(
              ports,
              "claim",
              index -> {
                ClaimAnswer answer = index.claim(bookingCode, event, now);
                if (!(answer instanceof ClaimAnswer.Granted granted)) {
                  return answer;
                }
                Claim claim = at(granted.claim(), now);
                index.overwrite(bookingCode, claim);
                return new ClaimAnswer.Granted(claim);
              });
    }
  }

  private static final class TakenOverEarly extends ForwardingPendingIndex {

    TakenOverEarly(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
      ClaimAnswer answer = super.claim(bookingCode, event, now);
      return answer instanceof ClaimAnswer.Taken taken
          ? new ClaimAnswer.Taken(
              at(taken.standing(), taken.standing().claimedAt().minus(Duration.ofMinutes(8))))
          : answer;
    }
  }

  private static final class UntouchedPassesForNew extends ForwardingPendingIndex {

    UntouchedPassesForNew(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
      return super.park(event, seen, resumed && !seen.isNew(), now);
    }
  }

  private static final class SettleWithoutRaise extends ForwardingPendingIndex {

    private final Ports ports;

    SettleWithoutRaise(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public SettleAnswer settle(AcceptedEvent recorded, Instant now) {
      return (SettleAnswer)
          write(
              ports,
              "settle",
              index ->
                  keepingRevision(index, recorded.bookingCode(), it -> it.settle(recorded, now)));
    }
  }

  private static final class ParkWithoutCondition extends ForwardingPendingIndex {

    private final Ports ports;

    ParkWithoutCondition(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
      return (ParkAnswer)
          write(
              ports,
              "park",
              index -> {
                Claim standing = index.claimOf(event.bookingCode()).orElseThrow();
                index.overwrite(
                    event.bookingCode(),
                    new Claim(
                        event.identity(),
                        standing.revision() + 1,
                        standing.claimedAt(),
                        Optional.of(new Parked(event, now, resumed, Optional.empty()))));
                return new ParkAnswer.Parked();
              });
    }
  }

  private static final class ReadWithoutSecondLook extends Protocol {

    @Override
    ReadOutcome.Events read(Ports ports, BookingCode bookingCode) {
      EventTable looksOnce =
          new ForwardingEventTable(ports.eventTable()) {
            private boolean looked;

            @Override
            public PageAnswer read(BookingCode code, Range range) {
              if (looked) {
                return new PageAnswer.Page(List.of(), Optional.empty());
              }
              looked = true;
              return super.read(code, range);
            }
          };
      return new Read(looksOnce, ports.pendingIndex())
          .events(
              bookingCode, new EventTable.Range(Optional.empty(), 100, EventTable.Order.ASCENDING));
    }
  }

  private static final class NotFoundWithoutPendingIndex extends Protocol {

    @Override
    ReadOutcome.Events read(Ports ports, BookingCode bookingCode) {
      ReadOutcome.Events outcome = super.read(ports, bookingCode);
      return outcome instanceof Unavailable ? new ReadOutcome.NotFound() : outcome;
    }
  }

  private static final class SettleBeforeWrite extends Protocol {

    @Override
    DrainOutcome drain(Ports ports, AcceptedEvent message, Clock clock) {
      if (ports.pendingIndex().settle(message, clock.instant()) instanceof Unavailable failure) {
        return failure;
      }
      return ports.eventTable().record(message) instanceof Unavailable failure
          ? failure
          : new DrainOutcome.Settled();
    }
  }

  private static final class ConflictDropped extends ForwardingPendingIndex {

    private final Ports ports;

    ConflictDropped(Ports ports, PendingIndex index) {
      super(index);
      this.ports = ports;
    }

    @Override
    public ConflictAnswer markConflict(BookingCode bookingCode, EventIdentity event, Instant now) {
      return (ConflictAnswer)
          write(
              ports,
              "drop",
              index -> {
                Claim standing = index.claimOf(bookingCode).orElseThrow();
                index.overwrite(
                    bookingCode,
                    new Claim(
                        standing.owner(),
                        standing.revision() + 1,
                        standing.claimedAt(),
                        Optional.empty()));
                return new ConflictAnswer.Marked();
              });
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
      ports.fallbackQueue().send(accepted);
      return new AppendOutcome.Pending(accepted);
    }
  }

  private static final class NoFence extends ForwardingPendingIndex {

    private boolean settles;

    NoFence(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public PendingIndex.FindAnswer find(BookingCode bookingCode) {
      settles = true;
      return super.find(bookingCode);
    }

    /** The drainer and a helper have found the claim before; a fence has not. */
    @Override
    public SettleAnswer settle(AcceptedEvent recorded, Instant now) {
      return settles
          ? super.settle(recorded, now)
          : new SettleAnswer.Settled(SettleAnswer.Settled.Effect.STANDING);
    }
  }

  private static final class ResumedUnnoticed extends ForwardingPendingIndex {

    ResumedUnnoticed(Ports ports, PendingIndex index) {
      super(index);
    }

    @Override
    public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
      return super.park(event, seen, false, now);
    }
  }

  private static final class ForgetfulTable extends ForwardingEventTable {

    ForgetfulTable(EventTable table) {
      super(table);
    }

    @Override
    public EventTable.FindAnswer find(BookingCode bookingCode, Version version) {
      markClaimed(bookingCode);
      return super.find(bookingCode, version);
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
      if (look instanceof PendingIndex.FindAnswer.Found found && found.claim().isPending()) {
        return found.claim().isOwnedBy(event.identity())
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
      ports.fallbackQueue().send(accepted);
      ports.pendingIndex().claimAndPark(accepted, clock.instant());
      return new AppendOutcome.Pending(accepted);
    }
  }
}
