package dev.holdfast.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The end of a log. */
final class LogTail {
  private LogTail() {}

  /**
   * The last lines, indented.
   *
   * @param start where in the file to begin at the earliest
   * @param bytes the most to read
   */
  static String read(Path log, long start, int bytes, int lines) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(start, file.length() - bytes);
      byte[] content = new byte[Math.toIntExact(Math.max(0, file.length() - from))];
      file.seek(from);
      file.readFully(content);
      List<String> all = new String(content, StandardCharsets.UTF_8).lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size()).stream()
          .map(line -> "  " + line)
          .collect(Collectors.joining(System.lineSeparator()));
    } catch (IOException unreadable) {
      return "  (" + unreadable + ")";
    }
  }
}
