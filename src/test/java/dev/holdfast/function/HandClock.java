package dev.holdfast.function;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test sets, at {@link #NOW} at first. */
final class HandClock extends Clock {

  static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");

  volatile Instant now = NOW;

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
