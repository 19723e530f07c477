package dev.holdfast.aws;

import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Kept;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the ledger makes of heads when it drains. */
public final class Heads {

  private Heads() {}

  /** The event table has the head's events. */
  public static Head settled(Head head) {
    return new Head(
        head.bookingCode(),
        head.owner(),
        List.of(head.last()),
        head.previous(),
        new Head.State.Recorded(),
        head.revision() + 1,
        head.claimedAt(),
        head.kept());
  }

  /** The head's events moved aside: the event table has another one. */
  public static Head displaced(Head pending, AcceptedEvent recorded, Instant conflictSince) {
    List<Kept> kept = new ArrayList<>(pending.kept());
    pending.events().forEach(event -> kept.add(new Kept(event, conflictSince, Optional.empty())));
    return new Head(
        pending.bookingCode(),
        Optional.of(recorded.identity()),
        List.of(recorded),
        Optional.empty(),
        new Head.State.Recorded(),
        pending.revision() + 1,
        pending.claimedAt(),
        kept);
  }

  /** The head with these kept, one revision on. */
  public static Head keeping(Head head, List<Kept> kept) {
    return new Head(
        head.bookingCode(),
        head.owner(),
        head.events(),
        head.previous(),
        head.state(),
        head.revision() + 1,
        head.claimedAt(),
        kept);
  }
}
