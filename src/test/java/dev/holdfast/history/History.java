package dev.holdfast.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

  private final Path path;
  private final BufferedWriter file;
  private long size;

  private History(Path path, BufferedWriter file) {
    this.path = path;
    this.file = file;
  }

  /** An empty one, in place of whatever the file held. The caller closes it. */
  public static History create(Path path) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    return new History(path, Files.newBufferedWriter(path));
  }

  /**
   * Adds a line.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public synchronized void add(Operation operation) {
    try {
      file.write(operation.toString());
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

  /** What was added until now. */
  public synchronized List<Operation> soFar() throws IOException {
    file.flush();
    return read(path);
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

  private static Operation read(String line) throws IOException {
    JsonNode json = JSON.readTree(line);
    return new Operation(
        json.path("process").asInt(),
        json.path("op").asText().equals("append") ? Kind.APPEND : kind(json.path("of").asText()),
        json.path("code").asText(),
        json.path("version").asInt(),
        json.path("eventId").asText(),
        json.path("start").asLong(),
        json.path("end").asLong(),
        JSON.treeToValue(json.path("outcome"), Outcome.class),
        List.of(JSON.treeToValue(json.path("seen"), Seen[].class)));
  }

  /** READ_EVENTS is "events". */
  private static Kind kind(String of) {
    return Kind.valueOf("READ_" + of.toUpperCase(Locale.ROOT));
  }
}
