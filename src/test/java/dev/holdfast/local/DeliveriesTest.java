package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A delivery that is as bad as it may be, and the same whenever it is asked for. */
@Tag("slow")
class DeliveriesTest {

  /** Makes nothing else of a record. */
  private static final Pipe PIPE =
      new Pipe("Pipe", "source", List.of(), "{\"number\": <$.number>}", "test", "number");

  private final BlockingQueue<JsonNode> source = new LinkedBlockingQueue<>();
  private final EventBus bus =
      new EventBus(
          Map.of(
              PIPE,
              () -> {
                List<JsonNode> records = new ArrayList<>();
                source.drainTo(records);
                return records;
              }));

  @AfterEach
  void stop() {
    bus.close();
  }

  private void put(int from, int to) {
    IntStream.range(from, to)
        .forEach(number -> source.add(Json.MAPPER.createObjectNode().put("number", number)));
  }

  /** All that is due, when nothing more comes. */
  private static List<Integer> drain(Deliveries deliveries, int least) {
    List<Integer> numbers = new ArrayList<>();
    await()
        .until(
            () -> {
              for (Optional<ObjectNode> event = deliveries.next();
                  event.isPresent();
                  event = deliveries.next()) {
                numbers.add(event.get().at("/detail/number").intValue());
              }
              return new HashSet<>(numbers).size() == least && deliveries.isEmpty();
            });
    return numbers;
  }

  @Test
  void everyEventIsDeliveredSomeTwiceAndNotInOrder() {
    put(0, 200);
    List<Integer> numbers = drain(bus.deliveries(1), 200);

    assertThat(numbers).containsAll(IntStream.range(0, 200).boxed().toList());
    assertThat(numbers).hasSizeGreaterThan(220);
    assertThat(numbers).isNotEqualTo(numbers.stream().sorted().toList());
  }

  @Test
  void aSeedDeliversTheSameAgainAlsoToWhoeverComesLater() {
    Deliveries early = bus.deliveries(7);
    put(0, 50);
    List<Integer> first = drain(early, 50);
    // What came after a lull was not there yet when the first ones were let go.
    put(50, 100);
    first.addAll(drain(early, 50));

    assertThat(drain(bus.deliveries(7), 100)).isEqualTo(first);
    assertThat(drain(bus.deliveries(8), 100)).isNotEqualTo(first);
  }
}
