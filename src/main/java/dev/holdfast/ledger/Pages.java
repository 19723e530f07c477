package dev.holdfast.ledger;

import dev.holdfast.booking.Version;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.PageAnswer;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.ReadOutcome.Page;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** How pages are put together from what the event table has and what waits at the head. */
final class Pages {

  private Pages() {}

  /** A page of what the event table has, and nothing else. */
  static Page of(PageAnswer.Page recorded) {
    return new Page(with(Status.RECORDED, recorded.events()), recorded.next());
  }

  /** Whether a page ends before the booking does, so that nothing that waits belongs to it. */
  static boolean endsBefore(PageAnswer.Page recorded, Range range) {
    return range.order() == Order.ASCENDING
        ? recorded.next().isPresent()
        : range.from().isPresent() && range.from().equals(end(recorded, range));
  }

  /** The last version that a page has of what the event table has. */
  private static Optional<Version> end(PageAnswer.Page recorded, Range range) {
    List<AcceptedEvent> events = recorded.events();
    if (events.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        events.get(range.order() == Order.ASCENDING ? events.size() - 1 : 0).version());
  }

  /**
   * Whether a page that reaches the end and a head fit together: what waits comes right after what
   * is recorded, and what does not wait is recorded.
   */
  static boolean fit(PageAnswer.Page recorded, Head head, Range range) {
    int next =
        end(recorded, range)
            .map(it -> it.number() + 1)
            .orElse(range.order() == Order.ASCENDING ? from(range).number() : Version.MIN);
    int waits =
        head.isPending() ? head.events().get(0).version().number() : head.version().number() + 1;
    return waits <= next;
  }

  /** A page, with what waits behind it where it reaches the end. */
  static Page join(PageAnswer.Page recorded, Head head, Range range) {
    if (endsBefore(recorded, range)) {
      return of(recorded);
    }
    Optional<Version> end = end(recorded, range);
    List<AcceptedEvent> waiting =
        head.isPending()
            ? head.events().stream()
                .filter(event -> contains(range, event.version()))
                .filter(event -> end.map(event.version()::isAfter).orElse(true))
                .toList()
            : List.of();
    List<ReadEvent> events = new ArrayList<>(with(Status.RECORDED, recorded.events()));
    events.addAll(
        range.order() == Order.ASCENDING ? events.size() : 0,
        with(Status.PENDING, inOrder(waiting, range.order())));
    return cut(events, recorded.next(), range.limit());
  }

  /** Whether a head alone has what a page shows. */
  static boolean covers(Head head, Range range) {
    Version first = head.events().get(0).version();
    if (range.order() == Order.ASCENDING) {
      return !first.isAfter(from(range)) && !from(range).isAfter(head.version());
    }
    int newest = range.from().orElse(head.version()).number();
    int shown = newest - first.number() + 1;
    return newest <= head.version().number()
        && shown > 0
        && (first.isFirst() || shown >= range.limit());
  }

  /** A page of what a head has, where that {@linkplain #covers covers} it. */
  static Page of(Head head, Range range) {
    List<AcceptedEvent> events =
        head.events().stream().filter(event -> contains(range, event.version())).toList();
    Version first = head.events().get(0).version();
    Optional<Version> before =
        range.order() == Order.DESCENDING && !first.isFirst()
            ? Version.of(first.number() - 1)
            : Optional.empty();
    return cut(with(statusOf(head), inOrder(events, range.order())), before, range.limit());
  }

  /** Whether every booking has an event in the range: its first one. */
  static boolean isOfEveryBooking(Range range) {
    return range.order() == Order.DESCENDING || from(range).isFirst();
  }

  /** Where the events of an accepted head stand. */
  static Status statusOf(Head head) {
    return head.isPending() ? Status.PENDING : Status.RECORDED;
  }

  private static Version from(Range range) {
    return range.from().orElse(Version.FIRST);
  }

  private static boolean contains(Range range, Version version) {
    return range.order() == Order.ASCENDING
        ? !from(range).isAfter(version)
        : range.from().map(from -> !version.isAfter(from)).orElse(true);
  }

  private static List<AcceptedEvent> inOrder(List<AcceptedEvent> ascending, Order order) {
    List<AcceptedEvent> events = new ArrayList<>(ascending);
    if (order == Order.DESCENDING) {
      Collections.reverse(events);
    }
    return events;
  }

  private static List<ReadEvent> with(Status status, List<AcceptedEvent> events) {
    return events.stream().map(event -> new ReadEvent(event, status)).toList();
  }

  private static Page cut(List<ReadEvent> events, Optional<Version> next, int limit) {
    return events.size() <= limit
        ? new Page(List.copyOf(events), next)
        : new Page(
            List.copyOf(events.subList(0, limit)),
            Optional.of(events.get(limit).event().version()));
  }
}
