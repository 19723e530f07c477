package dev.holdfast.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Takes what the functions log off the console and keeps the exceptions of it. Thread-safe. */
final class FunctionLog extends Handler {

  // Held here because loggers that nobody holds are forgotten, with what was set.
  private final Logger logger = Logger.getLogger("dev.holdfast.function");
  private final ThreadLocal<List<Throwable>> exceptions = ThreadLocal.withInitial(ArrayList::new);

  FunctionLog() {
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  /** The exceptions that this thread logged since the last time. */
  List<Throwable> takeExceptions() {
    List<Throwable> taken = List.copyOf(exceptions.get());
    exceptions.remove();
    return taken;
  }

  @Override
  public void publish(LogRecord line) {
    if (line.getThrown() != null) {
      exceptions.get().add(line.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
