package dev.holdfast.explore;

import dev.holdfast.explore.Script.Call;
import dev.holdfast.explore.Script.Pause;
import dev.holdfast.explore.Snapshot.Done;
import dev.holdfast.ledger.Unavailable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A run of an actor, as far as it has come: the ledger's code, and what it was answered. The code
 * is a function of its answers, so two runs that began alike and have equal answers are one object,
 * and the code is run once for all worlds in which it comes as far as that.
 */
final class Run {

  private static final Unavailable NO_ANSWER = new Unavailable("fault");

  private final Task task;
  private final Function<Script, Object> code;
  private final List<Object> answers;
  private final Optional<Call> next;
  private final Optional<Object> outcome;

  private final Map<Object, Run> answered = new HashMap<>();
  private final Map<Snapshot, Step> steps = new HashMap<>();

  /** What a call leaves behind, and the run with its answer. */
  record Step(Snapshot stores, Run run) {}

  Run(Task task, Function<Script, Object> code) {
    this(task, code, List.of());
  }

  private Run(Task task, Function<Script, Object> code, List<Object> answers) {
    this.task = task;
    this.code = code;
    this.answers = answers;
    Optional<Call> call = Optional.empty();
    Optional<Object> end = Optional.empty();
    try {
      end = Optional.of(code.apply(Script.replay(answers)));
    } catch (Pause pause) {
      call = Optional.of(pause.call());
    }
    this.next = call;
    this.outcome = end;
  }

  Task task() {
    return task;
  }

  boolean isNew() {
    return answers.isEmpty();
  }

  /** The call that it waits for. */
  Call next() {
    return next.orElseThrow();
  }

  /** What it came to; empty while it waits for a call. */
  Optional<Object> outcome() {
    return outcome;
  }

  Object lastAnswer() {
    return answers.get(answers.size() - 1);
  }

  /** Its next call is done and answered. */
  Step step(Snapshot stores) {
    return steps.computeIfAbsent(
        stores,
        before -> {
          Done done = before.after(next());
          return new Step(done.stores(), answered(done.answer()));
        });
  }

  /** Its next call is not answered. */
  Run unanswered() {
    return answered(NO_ANSWER);
  }

  private Run answered(Object answer) {
    return answered.computeIfAbsent(
        answer,
        last -> {
          List<Object> all = new ArrayList<>(answers);
          all.add(last);
          return new Run(task, code, List.copyOf(all));
        });
  }
}
