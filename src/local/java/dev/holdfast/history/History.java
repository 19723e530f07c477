package dev.holdfast.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.history.Operation.Kind;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.Operation.Seen;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What all clients did and were told, as a file of JSON lines; docs/proof.md says what is in them.
 * Safe for use by several threads.
 */
public final class History implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BufferedWriter file;
  private long size;

  private History(BufferedWriter file) {
    this.file = file;
  }

  /** An empty one, in place of whatever the file held. The caller closes it. */
  public static History create(Path path) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    return new History(Files.newBufferedWriter(path));
  }

  /**
   * Adds a line.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public synchronized void add(Operation operation) {
    try {
      file.write(write(operation));
      file.newLine();
      size++;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** How many operations were added. */
  public synchronized long size() {
    return size;
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }

  /** What a file holds, in its order. */
  public static List<Operation> read(Path path) throws IOException {
    List<Operation> operations = new ArrayList<>();
    for (String line : Files.readAllLines(path)) {
      operations.add(read(line));
    }
    return operations;
  }

  /** An operation as its line of JSON. */
  public static String write(Operation operation) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("process", operation.process())
            .put("op", operation.isAppend() ? "append" : "read");
    if (!operation.isAppend()) {
      json.put("of", of(operation.kind()));
    }
    json.put("code", operation.code())
        .put("version", operation.version())
        .put("eventId", operation.eventId())
        .put("start", operation.start())
        .put("end", operation.end())
        .put("outcome", operation.outcome().key());
    json.set("seen", JSON.valueToTree(operation.seen()));
    return json.toString();
  }

  /** The operation of a line. */
  public static Operation read(String line) throws IOException {
    JsonNode json = JSON.readTree(line);
    return new Operation(
        json.path("process").asInt(),
        json.path("op").asText().equals("append") ? Kind.APPEND : kind(json.path("of").asText()),
        json.path("code").asText(),
        json.path("version").asInt(),
        json.path("eventId").asText(),
        json.path("start").asLong(),
        json.path("end").asLong(),
        Outcome.of(json.path("outcome").asText()),
        List.of(JSON.treeToValue(json.path("seen"), Seen[].class)));
  }

  /** READ_EVENTS is "events". */
  private static String of(Kind read) {
    return read.name().substring("READ_".length()).toLowerCase(Locale.ROOT);
  }

  private static Kind kind(String of) {
    return Kind.valueOf("READ_" + of.toUpperCase(Locale.ROOT));
  }
}
