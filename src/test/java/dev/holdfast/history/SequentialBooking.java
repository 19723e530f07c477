package dev.holdfast.history;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A booking as one caller after the other would find it, for {@link SecondOpinion}: Lincheck makes
 * one by reflection, calls its methods in the orders that it tries, and compares what they return
 * with what the clients were told. Not for use by several threads.
 */
public final class SequentialBooking {
  private final List<String> events = new ArrayList<>();
  private boolean isOver;

  /** An event is accepted if its version comes next or it has that version already. */
  public boolean append(int version, String eventId) {
    return takesEffect(version, eventId) || has(version, eventId);
  }

  /**
   * An append that lost against a rival who was on its way: a version is lost when it is claimed,
   * which is before the winner's event is there.
   */
  public boolean appendBesideRival(int version, String eventId) {
    return has(version, eventId);
  }

  /** An append that was not answered takes effect once, or never: then its turn is at the end. */
  public boolean appendUnanswered(int version, String eventId) {
    return takesEffect(version, eventId) || isOver;
  }

  /** From here on nobody looks any more. */
  public boolean end() {
    isOver = true;
    return true;
  }

  /** All events, each with its version. */
  public List<String> readEvents() {
    return IntStream.rangeClosed(1, events.size()).mapToObj(this::event).toList();
  }

  /** The event of a version, or none. */
  public List<String> readEvent(int version) {
    return version >= 1 && version <= events.size() ? List.of(event(version)) : List.of();
  }

  /** The last event, or none. */
  public List<String> readBooking() {
    return readEvent(events.size());
  }

  /** An event as the reads return it. */
  static String event(int version, String eventId) {
    return version + " " + eventId;
  }

  private String event(int version) {
    return event(version, events.get(version - 1));
  }

  private boolean has(int version, String eventId) {
    return readEvent(version).contains(event(version, eventId));
  }

  private boolean takesEffect(int version, String eventId) {
    boolean isNext = !isOver && version == events.size() + 1;
    if (isNext) {
      events.add(eventId);
    }
    return isNext;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SequentialBooking that
        && isOver == that.isOver
        && events.equals(that.events);
  }

  @Override
  public int hashCode() {
    return events.hashCode();
  }
}
