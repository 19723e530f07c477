package dev.holdfast.aws;

import dev.holdfast.ledger.Claim;
import java.util.Optional;

/** A claim as DynamoDB attributes. */
final class ClaimAttributes {

  private ClaimAttributes() {}

  /**
   * The claim that an item of the pending index holds.
   *
   * @throws CorruptItemException if it holds none
   */
  static Claim read(StoredItem item) {
    return new Claim(
        EventAttributes.readIdentity(item),
        item.number("revision"),
        item.text("claimedAt", Timestamps::parse),
        item.has("event") ? Optional.of(readParked(item)) : Optional.empty());
  }

  /** The event that is pending in an item of the pending index or of its sparse index. */
  static Claim.Parked readParked(StoredItem item) {
    return new Claim.Parked(
        EventAttributes.read(item.map("event")),
        item.text("pendingSince", Timestamps::parse),
        item.has("resumed"),
        item.optionalText("conflictSince", Timestamps::parse));
  }
}
