package dev.holdfast.function;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps what the functions log during a test, away from the console. */
final class CapturedLog extends Handler implements BeforeEachCallback, AfterEachCallback {

  private final Logger logger = LogContext.getLogContext().getLogger("dev.holdfast.function");
  private final List<ExtLogRecord> records = new ArrayList<>();

  List<ExtLogRecord> records() {
    return records;
  }

  /** The one line there is. */
  ExtLogRecord only() {
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
