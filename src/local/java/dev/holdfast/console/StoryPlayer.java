package dev.holdfast.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.holdfast.console.Story.Seen;
import dev.holdfast.console.Story.Step;
import dev.holdfast.local.Json;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Tells one story at a time. It begins when all is well, for which it heals whatever fails, and
 * however it ends, it heals what it broke. Thread-safe.
 */
final class StoryPlayer implements AutoCloseable {
  private final World world;
  private final Duration breath;
  private final Duration patience;
  private final Consumer<Told> listener;

  private final AtomicBoolean waits = new AtomicBoolean();
  private final Semaphore steps = new Semaphore(0);
  private volatile Optional<Thread> teller = Optional.empty();
  private volatile Optional<Told> now = Optional.empty();
  private volatile boolean isStopped;

  /** How a story goes on from one step to the next. */
  enum Pace {
    /** By itself. */
    PLAY,
    /** When it is told to. */
    STEP
  }

  /** What becomes of a step. */
  enum Status {
    /** It is next, when somebody says so. */
    WAITING,
    RUNNING,
    /** It saw what it expected. */
    HELD,
    /** It did not, and the story is over. */
    BROKEN,
    /** All steps held, and the story is over. */
    FINISHED,
    /** Somebody has stopped the story. */
    STOPPED;
  }

  /**
   * How far a story is.
   *
   * @param step from 0
   * @param saw what the step saw, when it is over
   */
  record Told(Story story, int step, String does, Optional<String> saw, Status status) {

    Step current() {
      return story.steps().get(step);
    }

    private Told is(Status next) {
      return new Told(story, step, does, saw, next);
    }

    private Told is(Status next, String seen) {
      return new Told(story, step, does, Optional.of(seen), next);
    }

    ObjectNode toJson() {
      return Json.object()
          .put("id", story.id())
          .put("title", story.title())
          .put("step", step)
          .put("of", story.steps().size())
          .put("sentence", current().sentence())
          .put("promise", current().promise().orElse(null))
          .put("does", does)
          .put("saw", saw.orElse(null))
          .put("status", status.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * @param breath how long a story that goes on by itself leaves each step to be looked at
   * @param patience how long a step waits for what has to come by itself
   * @param listener is told of every change
   */
  StoryPlayer(World world, Duration breath, Duration patience, Consumer<Told> listener) {
    this.world = world;
    this.breath = breath;
    this.patience = patience;
    this.listener = listener;
  }

  /**
   * Begins a story.
   *
   * @return false where another one is being told
   */
  synchronized boolean start(Story story, Pace pace) {
    if (teller.filter(Thread::isAlive).isPresent()) {
      return false;
    }
    isStopped = false;
    Thread thread = new Thread(() -> tell(story, pace), "story");
    thread.setDaemon(true);
    thread.start();
    teller = Optional.of(thread);
    return true;
  }

  /**
   * Has a story that waits do its next step.
   *
   * @return false where none waits
   */
  boolean next() {
    boolean waited = waits.getAndSet(false);
    if (waited) {
      steps.release();
    }
    return waited;
  }

  /** Stops the story, if there is one, and returns when it has healed what it broke. */
  void stop() {
    close();
    awaitEnd();
  }

  /** Returns when no story is told. */
  void awaitEnd() {
    teller.ifPresent(Uninterruptibles::joinUninterruptibly);
  }

  /** How far the story is that is told now. */
  Optional<Told> now() {
    return now;
  }

  /** Stops the story, if there is one, and returns at once. */
  @Override
  public void close() {
    isStopped = true;
    teller.ifPresent(Thread::interrupt);
  }

  private void tell(Story story, Pace pace) {
    Telling telling = new Telling(world, patience);
    Told last = new Told(story, 0, "waits until all is well", Optional.empty(), Status.RUNNING);
    try {
      say(last);
      world.faults().heal();
      Seen calm = telling.await(same -> new Seen(world.isCalm(), "all is well"));
      if (!calm.isAsExpected()) {
        last = last.is(Status.BROKEN, "it is not");
        return;
      }
      for (int number = 0; number < story.steps().size(); number++) {
        Step step = story.steps().get(number);
        String does = step.does().apply(telling);
        last = new Told(story, number, does, Optional.empty(), Status.RUNNING);
        await(pace, last);
        say(last);
        Seen seen = step.deed().doIn(telling);
        last = last.is(seen.isAsExpected() ? Status.HELD : Status.BROKEN, seen.text());
        if (!seen.isAsExpected()) {
          return;
        }
        say(last);
      }
      last = last.is(Status.FINISHED);
    } catch (InterruptedException stopped) {
      last = last.is(Status.STOPPED);
    } catch (RuntimeException failed) {
      // Some clients wrap an interruption.
      Status end = isStopped ? Status.STOPPED : Status.BROKEN;
      last = last.is(end, String.valueOf(failed.getMessage()));
    } finally {
      end(last);
    }
  }

  private void await(Pace pace, Told next) throws InterruptedException {
    if (pace == Pace.PLAY) {
      Thread.sleep(breath.toMillis());
      return;
    }
    steps.drainPermits();
    waits.set(true);
    say(next.is(Status.WAITING));
    steps.acquire();
  }

  private void end(Told last) {
    world.faults().heal();
    world.dropTraffic();
    waits.set(false);
    now = Optional.empty();
    listener.accept(last);
  }

  private void say(Told told) {
    now = Optional.of(told);
    listener.accept(told);
  }
}
