package dev.holdfast.function;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a message that was not drained comes back: after an eighth of its age, so that a short
 * outage is made good within seconds and a long one costs few calls; see
 * docs/decisions/0002-when-a-message-comes-back.md.
 */
final class ComeBack {

  static final Duration SHORTEST = Duration.ofSeconds(2);

  /** The queue's receive limit times this outlasts a day, see template.yaml. */
  static final Duration LONGEST = Duration.ofSeconds(100);

  private static final int SHARE_OF_AGE = 8;

  private ComeBack() {}

  static Duration after(Optional<Instant> sentAt, Instant now) {
    Duration share =
        sentAt.map(sent -> Duration.between(sent, now).dividedBy(SHARE_OF_AGE)).orElse(SHORTEST);
    if (share.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return share.compareTo(LONGEST) > 0 ? LONGEST : share;
  }
}
