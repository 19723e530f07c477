package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.Decision.Action;
import dev.holdfast.ledger.Resolution;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Decisions and resolutions as DynamoDB attributes, for people to read in the console, too. */
final class ResolutionAttributes {

  private ResolutionAttributes() {}

  static Map<String, AttributeValue> write(Decision decision) {
    Map<String, AttributeValue> attributes = new HashMap<>();
    if (decision.action() instanceof Action.Reassign reassign) {
      attributes.put("action", AttributeValue.fromS("reassign"));
      attributes.put("newBookingCode", AttributeValue.fromS(reassign.newBookingCode().toString()));
    } else if (decision.action() instanceof Action.Reappend reappend) {
      attributes.put("action", AttributeValue.fromS("reappend"));
      attributes.put("newVersion", AttributeValue.fromN(reappend.version().toString()));
    } else {
      attributes.put("action", AttributeValue.fromS("discard"));
    }
    attributes.put("operator", AttributeValue.fromS(decision.operator()));
    attributes.put("reason", AttributeValue.fromS(decision.reason()));
    attributes.put("decidedAt", AttributeValue.fromS(Timestamps.format(decision.decidedAt())));
    return attributes;
  }

  /** With the decision's attributes among its own. */
  static Map<String, AttributeValue> write(Resolution resolution) {
    Map<String, AttributeValue> attributes = write(resolution.decision());
    attributes.put("event", AttributeValue.fromM(EventAttributes.write(resolution.kept())));
    attributes.put(
        "conflictSince", AttributeValue.fromS(Timestamps.format(resolution.conflictSince())));
    attributes.put("resolvedAt", AttributeValue.fromS(Timestamps.format(resolution.resolvedAt())));
    return attributes;
  }

  static Decision readDecision(StoredItem item) {
    return new Decision(
        item.text("action", action -> readAction(action, item)),
        item.text("operator", Optional::of),
        item.text("reason", Optional::of),
        item.text("decidedAt", Timestamps::parse));
  }

  private static Optional<Action> readAction(String action, StoredItem item) {
    return switch (action) {
      case "reassign" ->
          Optional.of(new Action.Reassign(item.value("newBookingCode", BookingCode::new)));
      case "reappend" ->
          Optional.of(new Action.Reappend(EventAttributes.readVersion(item, "newVersion")));
      case "discard" -> Optional.of(new Action.Discard());
      default -> Optional.empty();
    };
  }

  static Resolution read(StoredItem item) {
    return new Resolution(
        readDecision(item),
        EventAttributes.read(item.map("event")),
        item.text("conflictSince", Timestamps::parse),
        item.text("resolvedAt", Timestamps::parse));
  }
}
