package dev.holdfast.history;

import dev.holdfast.history.Violation.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.ValueResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.execution.HBClock;
import org.jetbrains.kotlinx.lincheck.execution.ResultWithClock;
import org.jetbrains.kotlinx.lincheck.verifier.linearizability.LinearizabilityVerifier;

/**
 * Judges a history by a checker that is not of this house: Lincheck's verifier of linearizability
 * (JetBrains), against {@link SequentialBooking}. Bookings share nothing, so each is judged alone.
 *
 * <p>Lincheck wants clients that make one call at a time: which operations each made, what came
 * back, and how many of every other client's had ended before each began. Which client of the run
 * it was does not matter, so the operations are dealt out anew, to as few as can have made them. An
 * append without an answer is a client of its own, for whom nobody waits. A read without an answer
 * is left out. See docs/decisions/0025-a-second-opinion-by-lincheck.md.
 */
public final class SecondOpinion {
  /** Lincheck's search remembers nothing, so one that fails can take very long. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** For a search as deep as a booking has operations. */
  private static final long STACK_BYTES = 64L << 20;

  /** An operation, and what it returned, in Lincheck's terms. */
  private record Call(long start, long end, Actor actor, Object returned) {}

  private final List<List<Call>> clients;

  private SecondOpinion(List<List<Call>> clients) {
    this.clients = clients;
  }

  /** The bookings that Lincheck finds no order for, or none within 20 seconds. */
  public static List<Violation> check(List<Operation> history) {
    Map<String, List<Operation>> byCode = Operation.byCode(history);
    List<Violation> violations = new ArrayList<>();
    byCode.forEach(
        (code, operations) ->
            of(operations)
                .verdict()
                .ifPresent(
                    detail ->
                        violations.add(new Violation(Rule.NOT_LINEARIZABLE, code, "", detail))));
    return violations;
  }

  private static SecondOpinion of(List<Operation> operations) {
    List<List<Call>> clients = new ArrayList<>();
    List<List<Call>> unanswered = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (Operation operation : operations) {
      if (!operation.isUnknown()) {
        addToOneThatIsFree(
            clients, operation.isAppend() ? append(operation, operations) : read(operation));
      } else if (operation.isAppend() && known.add(operation.eventId())) {
        // Sent again and not answered again, the same event can do no more than it can do here.
        unanswered.add(List.of(append("appendUnanswered", operation, true)));
      }
    }
    clients.add(List.of(new Call(Long.MAX_VALUE, Long.MAX_VALUE, actor("end"), true)));
    clients.addAll(unanswered);
    return new SecondOpinion(clients);
  }

  private static void addToOneThatIsFree(List<List<Call>> clients, Call call) {
    Optional<List<Call>> free =
        clients.stream()
            .filter(calls -> calls.get(calls.size() - 1).end() < call.start())
            .findFirst();
    if (free.isEmpty()) {
      clients.add(new ArrayList<>(List.of(call)));
    } else {
      free.get().add(call);
    }
  }

  private static Call append(Operation append, List<Operation> all) {
    boolean hasRival =
        !append.isAcknowledged()
            && all.stream().anyMatch(other -> other.isRivalOf(append) && !other.isRefused());
    return append(hasRival ? "appendBesideRival" : "append", append, append.isAcknowledged());
  }

  private static Call append(String method, Operation append, boolean isAccepted) {
    return new Call(
        append.start(),
        append.isUnknown() ? Long.MAX_VALUE : append.end(),
        actor(method, append.version(), append.eventId()),
        isAccepted);
  }

  private static Call read(Operation read) {
    return new Call(
        read.start(),
        read.end(),
        switch (read.kind()) {
          case READ_EVENTS -> actor("readEvents");
          case READ_EVENT -> actor("readEvent", read.version());
          case READ_BOOKING -> actor("readBooking");
          case APPEND -> throw new IllegalArgumentException("An append is no read");
        },
        read.seen().stream()
            .map(seen -> SequentialBooking.event(seen.version(), seen.eventId()))
            .toList());
  }

  private static Actor actor(String method, Object... arguments) {
    return Arrays.stream(SequentialBooking.class.getMethods())
        .filter(candidate -> candidate.getName().equals(method))
        .map(found -> new Actor(found, List.of(arguments)))
        .findFirst()
        .orElseThrow();
  }

  /** What Lincheck says; nothing where it found an order. */
  private Optional<String> verdict() {
    CompletableFuture<Boolean> search = new CompletableFuture<>();
    Thread searcher = new Thread(null, () -> search(search), "lincheck", STACK_BYTES);
    searcher.setDaemon(true);
    searcher.start();
    try {
      return search.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          ? Optional.empty()
          : Optional.of("Lincheck finds no order of " + calls());
    } catch (TimeoutException undecided) {
      return Optional.of("Lincheck finds no order within " + PATIENCE + " of " + calls());
    } catch (InterruptedException | ExecutionException failed) {
      throw new IllegalStateException("Lincheck did not judge " + calls(), failed);
    }
  }

  private void search(CompletableFuture<Boolean> found) {
    try {
      found.complete(
          new LinearizabilityVerifier(SequentialBooking.class)
              .verifyResults(scenario(), results()));
    } catch (RuntimeException | StackOverflowError failed) {
      found.completeExceptionally(failed);
    }
  }

  private List<Actor> calls() {
    return clients.stream().flatMap(List::stream).map(Call::actor).toList();
  }

  private ExecutionScenario scenario() {
    return new ExecutionScenario(
        List.of(),
        clients.stream().map(calls -> calls.stream().map(Call::actor).toList()).toList(),
        List.of(),
        null);
  }

  private ExecutionResult results() {
    return new ExecutionResult(
        List.of(),
        clients.stream()
            .map(
                calls ->
                    calls.stream()
                        .map(
                            call ->
                                new ResultWithClock(
                                    new ValueResult(call.returned()), endedBefore(call)))
                        .toList())
            .toList(),
        List.of());
  }

  /** How many operations of each client had ended before this one began. */
  private HBClock endedBefore(Call call) {
    return new HBClock(
        clients.stream()
            .mapToInt(
                calls -> (int) calls.stream().filter(other -> other.end() < call.start()).count())
            .toArray());
  }
}
