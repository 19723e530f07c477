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

  /** How the problem names the request, with which the log begins. */
  private final Map<Operation, String> requests = new ConcurrentHashMap<>();

  /**
   * Adds one.
   *
   * @param instance of the problem
   */
  void add(Operation refused, String instance) {
    requests.put(refused, instance.replaceFirst("^urn:uuid:", ""));
  }

  /** Those in which the pending index did not answer. */
  Set<Operation> withoutPendingIndex(LocalCloud cloud) throws IOException {
    Set<String> without = new HashSet<>();
    for (Path log : logs(cloud)) {
      for (String line : Files.readAllLines(log)) {
        JsonNode fields = fields(line);
        if (fields.path("dependency").asText().equals(Dependency.PENDING_INDEX.key())) {
          without.add(fields.path("requestId").asText());
        }
      }
    }
    return requests.entrySet().stream()
        .filter(refused -> without.contains(refused.getValue()))
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
