package dev.holdfast.function;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps what a package logs during a test, away from the console. Thread-safe. */
public final class CapturedLog extends Handler implements BeforeEachCallback, AfterEachCallback {

  private final Logger logger;
  private final List<ExtLogRecord> records = new CopyOnWriteArrayList<>();

  /** Of the functions. */
  CapturedLog() {
    this("dev.holdfast.function");
  }

  /**
   * @param loggers the beginning of their names
   */
  public CapturedLog(String loggers) {
    this.logger = LogContext.getLogContext().getLogger(loggers);
  }

  public List<ExtLogRecord> records() {
    return List.copyOf(records);
  }

  /** The one line there is. */
  public ExtLogRecord only() {
    if (records.size() != 1) {
      throw new AssertionError("Expected one line: " + records);
    }
    return records.get(0);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    logger.setLevel(Level.ALL);
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
    logger.setLevel(null);
  }

  @Override
  public void publish(LogRecord logRecord) {
    ExtLogRecord kept = ExtLogRecord.wrap(logRecord);
    kept.copyMdc();
    records.add(kept);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
