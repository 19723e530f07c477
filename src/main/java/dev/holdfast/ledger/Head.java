package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the pending index holds of a booking: who owns its code, its last event, and the events that
 * wait for the event table. Whatever way an event is accepted by, it passes here.
 *
 * <p>A head changes by the methods below and by nothing else; each raises the {@link #revision} by
 * one. So a write on condition of the revision that was seen means "nobody touched this booking
 * since I looked". See docs/decisions/0022-every-event-passes-the-head.md.
 *
 * @param owner the booking's first event, which owns the code; empty where that is not known,
 *     because the pending index missed how the booking began
 * @param events the last of them is the booking's last event, which was claimed; the others wait
 *     with it, in order, without a gap; one or more
 * @param previous the event before the first of {@code events}, as the event table showed it when
 *     that one was claimed; empty where there is none or it is not known
 * @param revision 1 where the head was never touched after its making
 * @param claimedAt when the last event was claimed, by its first call or the latest repetition
 * @param kept accepted events whose places others have, until an operator resolves them; it takes
 *     two faults at once to make one
 */
public record Head(
    BookingCode bookingCode,
    Optional<EventIdentity> owner,
    List<AcceptedEvent> events,
    Optional<EventIdentity> previous,
    State state,
    long revision,
    Instant claimedAt,
    List<Kept> kept) {

  /**
   * How many bytes of events a head holds at most while they wait. A claim's event (at most 101 KB)
   * comes on top, and an item of DynamoDB has 400 KB (AWS, "Quotas in Amazon DynamoDB").
   */
  public static final int MOST_BYTES = 300_000;

  /** What is answered where no more can wait. */
  static final Unavailable FULL =
      new Unavailable("as much waits at the head of the booking as it can hold");

  public Head {
    events = List.copyOf(events);
    kept = List.copyOf(kept);
    if (events.isEmpty()) {
      throw new IllegalArgumentException("A head has an event");
    }
  }

  /** Where the head's events stand. */
  public sealed interface State permits State.Claimed, State.Pending, State.Recorded {

    /**
     * The last event was claimed; the event table may have it or not. It has everything below it.
     */
    record Claimed() implements State {}

    /**
     * Every one of the events is accepted and will be in the event table, which has everything
     * below the first of them.
     */
    record Pending(Instant since) implements State {}

    /** The event table has the last event and everything below it. */
    record Recorded() implements State {}
  }

  /** The head of a booking that has none, claimed for an event. */
  public static Head claimed(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
    return first(
        event, ownerOf(event, previous, Optional.empty()), previous, new State.Claimed(), now);
  }

  /** The head of a booking that has none, with its first event parked. */
  public static Head parked(AcceptedEvent event, Instant now) {
    return first(
        event, Optional.of(event.identity()), Optional.empty(), new State.Pending(now), now);
  }

  /** The head of a booking that has none, as the event table tells it. */
  static Head recorded(AcceptedEvent last, EventIdentity owner, Instant now) {
    return first(last, Optional.of(owner), Optional.empty(), new State.Recorded(), now);
  }

  private static Head first(
      AcceptedEvent event,
      Optional<EventIdentity> owner,
      Optional<EventIdentity> previous,
      State state,
      Instant now) {
    return new Head(event.bookingCode(), owner, List.of(event), previous, state, 1, now, List.of());
  }

  /** The version that was claimed last. */
  public Version version() {
    return last().version();
  }

  /** The event that was claimed last. */
  public AcceptedEvent last() {
    return events.get(events.size() - 1);
  }

  public boolean isPending() {
    return state instanceof State.Pending;
  }

  /** Whether it was this event that was claimed last. */
  public boolean isAt(EventIdentity event) {
    return last().is(event);
  }

  /** One of the head's own events. */
  Optional<AcceptedEvent> eventAt(Version version) {
    return events.stream().filter(event -> event.version().equals(version)).findFirst();
  }

  /**
   * Which event is at a place: one of {@code events}, or one before them, which the event table
   * has; empty where the head does not tell.
   */
  Optional<EventIdentity> identityAt(Version version) {
    return eventAt(version)
        .map(AcceptedEvent::identity)
        .or(() -> previous.filter(it -> events.get(0).version().follows(version)))
        .or(() -> owner.filter(it -> version.isFirst()));
  }

  /** Whether one more event may wait here. */
  public boolean hasRoomFor(AcceptedEvent event) {
    return bytes() + event.bytes() <= MOST_BYTES;
  }

  /** What it holds, in bytes, by {@link AcceptedEvent#bytes}. */
  public int bytes() {
    return Stream.concat(events.stream(), kept.stream().map(Kept::event))
        .mapToInt(AcceptedEvent::bytes)
        .sum();
  }

  /** Whether an event comes next, and was accepted no earlier than the last one. */
  public boolean isFollowedBy(AcceptedEvent event) {
    return event.version().follows(version()) && !event.recordedAt().isBefore(last().recordedAt());
  }

  /**
   * Claimed for an event in the place of the last one, or after it. The event table has what comes
   * before; nothing of what was claimed here and not recorded is owed to anybody.
   *
   * @param before the event before it, as the event table shows it
   */
  public Head claimedFor(AcceptedEvent event, Optional<EventIdentity> before, Instant now) {
    boolean comesNext =
        event.version().follows(version()) && before.equals(Optional.of(last().identity()));
    boolean sameBooking = comesNext || event.version().equals(version());
    return next(
        ownerOf(event, before, sameBooking ? owner : Optional.empty()),
        List.of(comesNext ? event.notBefore(last()) : event),
        before,
        new State.Claimed(),
        now);
  }

  private static Optional<EventIdentity> ownerOf(
      AcceptedEvent event, Optional<EventIdentity> before, Optional<EventIdentity> known) {
    if (event.version().isFirst()) {
      return Optional.of(event.identity());
    }
    // What a head says of the owner may be a claim that came to nothing; the event table is right.
    return event.version().number() == 2 ? before : known;
  }

  /** Claimed again by the event that has the claim. */
  public Head claimedAgain(Instant now) {
    return next(owner, events, previous, state, latest(now));
  }

  /** The events are accepted and wait for the event table. */
  public Head parked(Instant now) {
    return next(owner, events, previous, pendingSince(now), claimedAt);
  }

  /** One more event is accepted, after those that are here, and all wait for the event table. */
  public Head parkedWith(AcceptedEvent event, Instant now) {
    List<AcceptedEvent> more = new ArrayList<>(events);
    more.add(event.notBefore(last()));
    return next(owner, more, previous, pendingSince(now), now);
  }

  private State pendingSince(Instant now) {
    return isPending() ? state : new State.Pending(now);
  }

  /** The event table has the events. */
  Head settled() {
    return next(
        owner,
        List.of(last()),
        events.size() > 1 ? Optional.of(events.get(events.size() - 2).identity()) : previous,
        new State.Recorded(),
        claimedAt);
  }

  /** Handed to the last event of the event table; nothing of this head's own is accepted. */
  Head handedTo(AcceptedEvent last, EventIdentity itsOwner) {
    return next(
        Optional.of(itsOwner), List.of(last), Optional.empty(), new State.Recorded(), claimedAt);
  }

  /** As {@link #handedTo}, and these of its events move aside: others have their places. */
  Head displaced(
      List<AcceptedEvent> events, AcceptedEvent last, EventIdentity itsOwner, Instant now) {
    List<Kept> all = new ArrayList<>(kept);
    events.forEach(event -> all.add(new Kept(event, now, Optional.empty())));
    return new Head(
        bookingCode,
        Optional.of(itsOwner),
        List.of(last),
        Optional.empty(),
        new State.Recorded(),
        revision + 1,
        claimedAt,
        all);
  }

  /** A kept event with what is decided about it now, if it is still kept. */
  Head with(Kept decided) {
    return withKept(
        kept.stream().map(it -> it.event().equals(decided.event()) ? decided : it).toList());
  }

  /** An event is kept no longer. */
  Head without(AcceptedEvent resolved) {
    return withKept(kept.stream().filter(it -> !it.event().equals(resolved)).toList());
  }

  private Head withKept(List<Kept> remaining) {
    return new Head(
        bookingCode, owner, events, previous, state, revision + 1, claimedAt, remaining);
  }

  private Head next(
      Optional<EventIdentity> nextOwner,
      List<AcceptedEvent> nextEvents,
      Optional<EventIdentity> nextPrevious,
      State nextState,
      Instant nextClaimedAt) {
    return new Head(
        bookingCode,
        nextOwner,
        nextEvents,
        nextPrevious,
        nextState,
        revision + 1,
        nextClaimedAt,
        kept);
  }

  /** A call that lands late never makes a claim older than it is. */
  private Instant latest(Instant now) {
    return now.isAfter(claimedAt) ? now : claimedAt;
  }
}
