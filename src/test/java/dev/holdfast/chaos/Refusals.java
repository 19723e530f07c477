package dev.holdfast.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.history.Operation;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.LocalCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The calls that were answered with a 503, and what the functions' logs say of why. Safe for use by
 * several threads.
 */
final class Refusals {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Operation, Refusal> refusals = new ConcurrentHashMap<>();

  /**
   * One of them.
   *
   * @param request how the problem names it, with which the log begins
   * @param retryAfter when to come back
   */
  private record Refusal(String request, Duration retryAfter) {}

  /**
   * Adds one.
   *
   * @param instance of the problem
   * @param retryAfter when to come back, as the answer said
   */
  void add(Operation refused, String instance, Duration retryAfter) {
    refusals.put(refused, new Refusal(instance.replaceFirst("^urn:uuid:", ""), retryAfter));
  }

  /** After how long a call is to be repeated; at once where nobody said. */
  Duration retryAfter(Operation refused) {
    return refusals.containsKey(refused) ? refusals.get(refused).retryAfter() : Duration.ZERO;
  }

  /** Those in which a store did not answer. */
  Set<Operation> without(Dependency store, LocalCloud cloud) throws IOException {
    Set<String> without = new HashSet<>();
    for (Path log : logs(cloud)) {
      for (String line : Files.readAllLines(log)) {
        JsonNode fields = fields(line);
        if (fields.path("dependency").asText().equals(store.key())) {
          without.add(fields.path("requestId").asText());
        }
      }
    }
    return refusals.entrySet().stream()
        .filter(refused -> without.contains(refused.getValue().request()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static List<Path> logs(LocalCloud cloud) {
    return cloud.doors().stream()
        .flatMap(door -> Stream.of(cloud.log(door, "append"), cloud.log(door, "read")))
        .toList();
  }

  /** None where the process was killed in the middle of the line, and of a line of metrics. */
  private static JsonNode fields(String line) {
    try {
      return JSON.readTree(line).path("mdc");
    } catch (JsonProcessingException cutOff) {
      return MissingNode.getInstance();
    }
  }
}
