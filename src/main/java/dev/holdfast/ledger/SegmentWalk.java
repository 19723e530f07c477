package dev.holdfast.ledger;

import dev.holdfast.ledger.EventTableScan.PageAnswer;
import dev.holdfast.ledger.EventTableScan.PageAnswer.Page;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.EventTableScan.Selection;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes through a segment of the event table and does the same with every event that is selected: a
 * part of the way at a time, and as fast as it is let. Where it ends early it says after which
 * event to go on, which is never one with which it was not done: whatever kills it, no event is
 * left out, and some are done twice. Thread-safe.
 */
public final class SegmentWalk {

  /** So many events that are read and not selected take the turn of one. */
  static final int PASSED_OVER_IN_A_TURN = 25;

  private final EventTableScan scan;
  private final Clock clock;
  private final Ticker ticker;

  /**
   * @param clock the wall clock, by which a process that was frozen knows it
   * @param ticker for how long a run takes
   */
  public SegmentWalk(EventTableScan scan, Clock clock, Ticker ticker) {
    this.scan = scan;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Lets what comes next wait for its turn. */
  @FunctionalInterface
  public interface Pace {
    /**
     * Returns when it may begin.
     *
     * @param turns how many it takes, 1 or more
     */
    void await(int turns);
  }

  /**
   * What is done with events. It may be done again at any time.
   *
   * @param <F> what was found at each of them
   */
  interface Task<F extends Enum<F>> {
    /** Does it with a few of them, in the segment's order: all or, as far as is known, none. */
    Answer<F> at(List<AcceptedEvent> events);
  }

  /** What {@link Task#at} answers. */
  sealed interface Answer<F extends Enum<F>> permits Answer.Done, Answer.Stopped {
    /** It was done with every one of them, and the same was found at each. */
    record Done<F extends Enum<F>>(F finding) implements Answer<F> {}

    record Stopped<F extends Enum<F>>(Unavailable why) implements Answer<F> {}
  }

  /**
   * How far a walk came.
   *
   * @param scanned how many events, or heads, were read
   * @param found how often each was found; a finding that is missing was not made
   * @param last after which event to go on; empty: at the segment's beginning
   * @param isDone whether the segment is at its end
   * @param stopped why it ended early, where a store did not answer
   */
  public record Progress<F extends Enum<F>>(
      long scanned,
      Map<F, Long> found,
      Optional<Position> last,
      boolean isDone,
      Optional<Unavailable> stopped) {

    public Progress {
      found = Map.copyOf(found);
    }

    /** How often this was found. */
    public long found(F finding) {
      return found.getOrDefault(finding, 0L);
    }

    /** Nothing done yet. */
    private static <F extends Enum<F>> Progress<F> from(Optional<Position> start) {
      return new Progress<F>(0, Map.of(), start, false, Optional.empty());
    }

    /** Past a page of so many items. */
    Progress<F> past(int items, Optional<Position> next) {
      return new Progress<>(scanned + items, found, next, next.isEmpty(), stopped);
    }

    /** At the end of one way, before the beginning of the next. */
    public Progress<F> goingOn() {
      return new Progress<>(scanned, found, Optional.empty(), false, stopped);
    }

    /** These were found as well. */
    Progress<F> with(Collection<F> findings) {
      Map<F, Long> more = new HashMap<>(found);
      findings.forEach(finding -> more.merge(finding, 1L, Long::sum));
      return new Progress<>(scanned, more, last, isDone, stopped);
    }

    private Progress<F> past(List<AcceptedEvent> events, F finding) {
      AcceptedEvent end = events.get(events.size() - 1);
      return new Progress<>(
          scanned,
          with(Collections.nCopies(events.size(), finding)).found(),
          Optional.of(new Position(end.bookingCode(), end.version())),
          isDone,
          stopped);
    }

    Progress<F> stoppedBy(Unavailable why) {
      return new Progress<>(scanned, found, last, isDone, Optional.of(why));
    }
  }

  /**
   * Goes through a segment, or a part of it.
   *
   * @param atOnce with how many events the task is asked to do at once, at most
   * @param after where an earlier run ended; empty: from the beginning
   * @param longest after this, nothing further is begun
   */
  <F extends Enum<F>> Progress<F> run(
      Selection selection,
      int atOnce,
      Task<F> task,
      Segment segment,
      Optional<Position> after,
      Duration longest,
      Pace pace) {
    TimeBudget time = new TimeBudget(clock, ticker, longest);
    return run(
        progress -> page(selection, atOnce, task, segment, pace, progress, time), after, time);
  }

  /**
   * Part of a way that goes by pages.
   *
   * @param <F> what can be found on it
   */
  interface Step<F extends Enum<F>> {
    /** Goes on by a page, or by what of it there is time for. */
    Progress<F> from(Progress<F> progress);
  }

  /** Goes on step by step. */
  static <F extends Enum<F>> Progress<F> run(
      Step<F> step, Optional<Position> after, TimeBudget time) {
    Progress<F> progress = Progress.from(after);
    while (!progress.isDone() && progress.stopped().isEmpty() && !time.isSpent()) {
      progress = step.from(progress);
    }
    return progress;
  }

  private <F extends Enum<F>> Progress<F> page(
      Selection selection,
      int atOnce,
      Task<F> task,
      Segment segment,
      Pace pace,
      Progress<F> before,
      TimeBudget time) {
    PageAnswer answer = scan.page(selection, segment, before.last());
    if (!(answer instanceof Page page)) {
      return before.stoppedBy((Unavailable) answer);
    }
    int passedOver = page.scanned() - page.events().size();
    if (passedOver >= PASSED_OVER_IN_A_TURN) {
      pace.await(passedOver / PASSED_OVER_IN_A_TURN);
    }
    Progress<F> progress = before;
    for (int from = 0; from < page.events().size(); from += atOnce) {
      if (time.isSpent()) {
        return progress;
      }
      List<AcceptedEvent> events =
          page.events().subList(from, Math.min(page.events().size(), from + atOnce));
      pace.await(events.size());
      Answer<F> done = task.at(events);
      if (done instanceof Answer.Stopped<F> stopped) {
        return progress.stoppedBy(stopped.why());
      }
      progress = progress.past(events, ((Answer.Done<F>) done).finding());
    }
    return progress.past(page.scanned(), page.next());
  }
}
