package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Fingerprint;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Kept;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A head as DynamoDB attributes. Beside its events stand what the conditions of writes ask for:
 * {@code version}, {@code eventId}, {@code fingerprint} and {@code recordedAt} of the last of them,
 * and their {@code bytes}. {@code pendingSince} and {@code pendingShard} are there only while the
 * events wait, {@code conflictSince} and {@code conflictShard} only while anything is kept: they
 * are the keys of the sparse indexes.
 */
final class HeadAttributes {

  private HeadAttributes() {}

  static Map<String, AttributeValue> write(Head head) {
    Map<String, AttributeValue> item = new HashMap<>(PendingTable.key(head.bookingCode()));
    AcceptedEvent last = head.last();
    item.put("version", AttributeValue.fromN(last.version().toString()));
    putIdentity(item, "eventId", "fingerprint", last.identity());
    item.put("recordedAt", recordedAt(last));
    item.put("events", events(head.events()));
    item.put("bytes", bytes(head.events()));
    head.owner().ifPresent(owner -> putIdentity(item, "ownerId", "ownerFingerprint", owner));
    head.previous()
        .ifPresent(event -> putIdentity(item, "previousId", "previousFingerprint", event));
    item.put("revision", AttributeValue.fromN(Long.toString(head.revision())));
    item.put("claimedAt", timestamp(head.claimedAt()));
    if (head.state() instanceof Head.State.Pending pending) {
      item.put("pendingSince", timestamp(pending.since()));
      item.put("pendingShard", shard(head.bookingCode()));
    } else if (head.state() instanceof Head.State.Recorded) {
      item.put("recorded", AttributeValue.fromBool(true));
    }
    if (!head.kept().isEmpty()) {
      item.put(
          "kept", AttributeValue.fromL(head.kept().stream().map(HeadAttributes::write).toList()));
      item.put("conflictSince", timestamp(head.kept().get(0).conflictSince()));
      item.put("conflictShard", shard(head.bookingCode()));
    }
    return item;
  }

  private static AttributeValue write(Kept kept) {
    Map<String, AttributeValue> attributes = new HashMap<>();
    attributes.put("event", AttributeValue.fromM(EventAttributes.write(kept.event())));
    attributes.put("conflictSince", timestamp(kept.conflictSince()));
    kept.decision()
        .ifPresent(
            decision ->
                attributes.put(
                    "decision", AttributeValue.fromM(ResolutionAttributes.write(decision))));
    return AttributeValue.fromM(attributes);
  }

  private static void putIdentity(
      Map<String, AttributeValue> item, String id, String fingerprint, EventIdentity event) {
    item.put(id, AttributeValue.fromS(event.eventId().toString()));
    item.put(fingerprint, AttributeValue.fromS(event.fingerprint().hex()));
  }

  static AttributeValue events(List<AcceptedEvent> events) {
    return AttributeValue.fromL(
        events.stream().map(event -> AttributeValue.fromM(EventAttributes.write(event))).toList());
  }

  static AttributeValue bytes(List<AcceptedEvent> events) {
    return AttributeValue.fromN(
        Integer.toString(events.stream().mapToInt(AcceptedEvent::bytes).sum()));
  }

  /** In milliseconds of 1970 on: for conditions only, and a text would take 16 bytes more. */
  static AttributeValue recordedAt(AcceptedEvent event) {
    return AttributeValue.fromN(Long.toString(event.recordedAt().toEpochMilli()));
  }

  static AttributeValue timestamp(Instant moment) {
    return AttributeValue.fromS(Timestamps.format(moment));
  }

  static AttributeValue shard(BookingCode bookingCode) {
    return SparseIndex.shardValue(Shard.of(bookingCode));
  }

  /**
   * The head that an item of the pending index holds.
   *
   * @throws CorruptItemException if it holds none
   */
  static Head read(StoredItem item) {
    List<AcceptedEvent> events = item.maps("events").stream().map(EventAttributes::read).toList();
    if (events.isEmpty()) {
      throw new CorruptItemException("events");
    }
    return new Head(
        events.get(0).bookingCode(),
        identity(item, "ownerId", "ownerFingerprint"),
        events,
        identity(item, "previousId", "previousFingerprint"),
        state(item),
        item.number("revision"),
        item.text("claimedAt", Timestamps::parse),
        item.has("kept") || item.has("conflictSince") ? kept(item) : List.of());
  }

  private static Head.State state(StoredItem item) {
    if (item.has("pendingSince")) {
      return new Head.State.Pending(item.text("pendingSince", Timestamps::parse));
    }
    return item.has("recorded") ? new Head.State.Recorded() : new Head.State.Claimed();
  }

  private static List<Kept> kept(StoredItem item) {
    List<Kept> kept = item.maps("kept").stream().map(HeadAttributes::readKept).toList();
    Instant since = item.text("conflictSince", Timestamps::parse);
    if (kept.isEmpty() || !kept.get(0).conflictSince().equals(since)) {
      throw new CorruptItemException("kept");
    }
    return kept;
  }

  private static Kept readKept(StoredItem item) {
    return new Kept(
        EventAttributes.read(item.map("event")),
        item.text("conflictSince", Timestamps::parse),
        item.has("decision")
            ? Optional.of(ResolutionAttributes.readDecision(item.map("decision")))
            : Optional.empty());
  }

  private static Optional<EventIdentity> identity(StoredItem item, String id, String fingerprint) {
    return item.has(id)
        ? Optional.of(
            new EventIdentity(
                item.text(id, EventId::parse), item.value(fingerprint, Fingerprint::new)))
        : Optional.empty();
  }
}
