package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Fingerprint;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Audit.Kind;
import dev.holdfast.ledger.Audit.Violation;
import dev.holdfast.ledger.AuditView.Absent;
import dev.holdfast.ledger.AuditView.EventItem;
import dev.holdfast.ledger.AuditView.HeadItem;
import dev.holdfast.ledger.AuditView.Item;
import dev.holdfast.ledger.AuditView.Look;
import dev.holdfast.ledger.AuditView.Page;
import dev.holdfast.ledger.AuditView.Unreadable;
import dev.holdfast.ledger.EventTableScan.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an {@link Audit} does with one page of a store. Where a store does not answer, what it found
 * is not all. Not thread-safe.
 */
final class Inspection {

  private final AuditView eventTable;
  private final AuditView pendingIndex;
  private final Instant aDayAgo;
  private final List<Violation> found = new ArrayList<>();
  private Optional<Unavailable> stopped = Optional.empty();

  /**
   * @param aDayAgo a debt that is older is overdue
   */
  Inspection(AuditView eventTable, AuditView pendingIndex, Instant aDayAgo) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.aDayAgo = aDayAgo;
  }

  List<Violation> found() {
    return found;
  }

  /** Why it ended early, where a store did not answer. */
  Optional<Unavailable> stopped() {
    return stopped;
  }

  void of(Page page) {
    List<EventItem> booking = new ArrayList<>();
    for (Item item : page.items()) {
      if (stopped.isPresent()) {
        return;
      }
      if (item instanceof EventItem event) {
        if (!booking.isEmpty() && !isOfOneBooking(booking.get(0), event)) {
          headOf(booking, false);
          booking.clear();
        }
        event(event, booking);
        booking.add(event);
      } else if (item instanceof HeadItem head) {
        head(head.head());
      } else {
        found.add(new Violation(Kind.UNREADABLE, ((Unreadable) item).key()));
      }
    }
    if (!booking.isEmpty()) {
      headOf(booking, page.next().isPresent());
    }
  }

  private static boolean isOfOneBooking(EventItem one, EventItem other) {
    return other.event().bookingCode().equals(one.event().bookingCode());
  }

  private void event(EventItem item, List<EventItem> before) {
    AcceptedEvent event = item.event();
    fingerprint(event);
    if (isOverdue(item) && look(event) instanceof EventItem still && isOverdue(still)) {
      violation(Kind.OVERDUE, event);
    }
    if (event.version().isFirst()) {
      return;
    }
    Version previous = new Version(event.version().number() - 1);
    Look there =
        before.isEmpty() || !before.get(before.size() - 1).event().version().equals(previous)
            ? look(event.bookingCode(), previous)
            : before.get(before.size() - 1);
    if (there instanceof Absent) {
      violation(Kind.GAP, event.bookingCode(), previous);
    } else if (there instanceof EventItem last
        && event.recordedAt().isBefore(last.event().recordedAt())) {
      violation(Kind.BACKDATED, event);
    }
  }

  private void fingerprint(AcceptedEvent event) {
    if (!Fingerprint.of(event.event()).equals(event.identity().fingerprint())) {
      violation(Kind.FINGERPRINT, event);
    }
  }

  private boolean isOverdue(EventItem item) {
    return item.unclaimedSince().filter(since -> since.isBefore(aDayAgo)).isPresent();
  }

  /**
   * What the head of a booking says of its events.
   *
   * @param events all of the booking on the page, in order
   * @param mayGoOn whether more of the booking may be on the next page
   */
  private void headOf(List<EventItem> events, boolean mayGoOn) {
    // A debt mark says of an event that its head does not know of it yet.
    List<AcceptedEvent> claimed =
        events.stream()
            .filter(item -> item.unclaimedSince().isEmpty())
            .map(EventItem::event)
            .toList();
    if (claimed.isEmpty()) {
      return;
    }
    BookingCode bookingCode = claimed.get(0).bookingCode();
    Optional<Violation> once = againstHead(claimed, look(bookingCode));
    if (once.isEmpty() || !againstHead(claimed, look(bookingCode)).equals(once)) {
      return;
    }
    AcceptedEvent last = claimed.get(claimed.size() - 1);
    boolean isFoundLater =
        mayGoOn
            && once.get().kind() == Kind.BEHIND
            && look(bookingCode, new Version(last.version().number() + 1)) instanceof EventItem next
            && next.unclaimedSince().isEmpty();
    if (!isFoundLater) {
      found.add(once.get());
    }
  }

  private static Optional<Violation> againstHead(List<AcceptedEvent> events, Look head) {
    AcceptedEvent first = events.get(0);
    AcceptedEvent last = events.get(events.size() - 1);
    if (head instanceof Absent) {
      return Optional.of(new Violation(Kind.BEHIND, key(last)));
    }
    if (!(head instanceof HeadItem seen)) {
      // One that cannot be read is found in the pending index.
      return Optional.empty();
    }
    if (first.version().isFirst()
        && !isForDrain(seen.head(), first)
        && seen.head().owner().filter(owner -> !first.is(owner)).isPresent()) {
      return Optional.of(new Violation(Kind.OWNER, key(first)));
    }
    return knows(seen.head(), last)
        ? Optional.empty()
        : Optional.of(new Violation(Kind.BEHIND, key(last)));
  }

  private static boolean knows(Head head, AcceptedEvent event) {
    return isForDrain(head, event)
        || (!event.version().isAfter(head.version())
            && head.identityAt(event.version()).filter(it -> !event.is(it)).isEmpty());
  }

  /** An event waits for this one's place: whether that is a conflict, drain finds out. */
  private static boolean isForDrain(Head head, AcceptedEvent event) {
    return head.isPending() && head.eventAt(event.version()).isPresent();
  }

  private void head(Head head) {
    // Whatever its state: it is what readers get while the event table fails.
    List<AcceptedEvent> events = head.events();
    events.forEach(this::fingerprint);
    head.kept().stream().map(Kept::event).forEach(this::fingerprint);
    for (int i = 1; i < events.size(); i++) {
      if (events.get(i).recordedAt().isBefore(events.get(i - 1).recordedAt())) {
        violation(Kind.BACKDATED, events.get(i));
      }
    }
    if (isOverdue(head)
        && look(head.bookingCode()) instanceof HeadItem still
        && isOverdue(still.head())) {
      violation(Kind.OVERDUE, events.get(0));
    }
    recordedUpTo(head)
        .filter(recorded -> isMissing(head.bookingCode(), recorded))
        .ifPresent(recorded -> violation(Kind.GAP, head.bookingCode(), recorded));
  }

  private boolean isOverdue(Head head) {
    return head.state() instanceof Head.State.Pending pending && pending.since().isBefore(aDayAgo);
  }

  /** Up to which version the event table has the events of a booking, by what its head says. */
  private static Optional<Version> recordedUpTo(Head head) {
    Version first = head.events().get(0).version();
    return head.state() instanceof Head.State.Recorded
        ? Optional.of(head.version())
        : Optional.of(first).filter(it -> !it.isFirst()).map(it -> new Version(it.number() - 1));
  }

  private boolean isMissing(BookingCode bookingCode, Version version) {
    return look(bookingCode, version) instanceof Absent
        && look(bookingCode) instanceof HeadItem still
        && recordedUpTo(still.head()).filter(it -> !version.isAfter(it)).isPresent()
        && look(bookingCode, version) instanceof Absent
        // Where the next one is there, the gap is found in the event table.
        && !(look(bookingCode, new Version(version.number() + 1)) instanceof EventItem);
  }

  private Look look(AcceptedEvent event) {
    return look(event.bookingCode(), event.version());
  }

  private Look look(BookingCode bookingCode, Version version) {
    return heard(eventTable.at(new Position(bookingCode, version)));
  }

  private Look look(BookingCode bookingCode) {
    return heard(pendingIndex.at(new Position(bookingCode, Version.FIRST)));
  }

  private Look heard(Look look) {
    if (look instanceof Unavailable unavailable) {
      stopped = Optional.of(unavailable);
    }
    return look;
  }

  private void violation(Kind kind, AcceptedEvent event) {
    found.add(new Violation(kind, key(event)));
  }

  private void violation(Kind kind, BookingCode bookingCode, Version version) {
    found.add(new Violation(kind, bookingCode + "/" + version));
  }

  private static String key(AcceptedEvent event) {
    return event.bookingCode() + "/" + event.version();
  }
}
