package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.ReadOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Short names for what a world is made of: an event is a letter and its version, as in {@code a1}.
 * They tell everything apart that the ledger's code can tell apart.
 */
final class Names {

  private final BookingCode code;
  private final Map<PriceEvent, String> events = new HashMap<>();
  private final Map<EventIdentity, String> identities = new HashMap<>();

  Names(Scenario scenario) {
    this.code = scenario.bookingCode();
    for (Scenario.Actor actor : scenario.actors()) {
      if (actor instanceof Writer writer) {
        String name = (char) ('a' + events.size()) + writer.event().version().toString();
        if (events.putIfAbsent(writer.event(), name) == null) {
          identities.put(writer.event().identity(), name);
        }
      }
    }
  }

  String of(AcceptedEvent event) {
    return events.get(event.event()) + "@" + minute(event.recordedAt());
  }

  String of(Set<PriceEvent> set) {
    return set.stream().map(events::get).sorted().collect(Collectors.joining("", "{", "}"));
  }

  String of(Stores stores) {
    StringBuilder text = new StringBuilder();
    stores.eventTable().eventsOf(code).forEach(event -> text.append(of(event)).append(' '));
    stores.eventTable().unclaimed().values().forEach(at -> text.append('u').append(minute(at)));
    text.append('|');
    stores.pendingIndex().claimOf(code).ifPresent(claim -> text.append(of(claim)));
    Set<String> messages = new TreeSet<>();
    stores.fallbackQueue().messages().forEach(message -> messages.add(of(message)));
    return text.append(messages).toString();
  }

  String of(Claim claim) {
    StringBuilder text = new StringBuilder(identities.getOrDefault(claim.owner(), "nobody"));
    text.append('#').append(claim.revision()).append('@').append(minute(claim.claimedAt()));
    if (claim.parked().isPresent()) {
      Claim.Parked parked = claim.parked().get();
      text.append(" parked ").append(of(parked.event()));
      text.append(parked.resumed() ? " resumed" : "");
      text.append(parked.isInConflict() ? " in conflict" : "");
    }
    return text.toString();
  }

  /** An answer of a port, or an outcome. */
  String of(Object answer) {
    String kind = answer.getClass().getSimpleName();
    Object content = contentOf(answer);
    if (content instanceof AcceptedEvent event) {
      return kind + " " + of(event);
    }
    if (content instanceof Claim claim) {
      return kind + " " + of(claim);
    }
    if (content instanceof List<?> several) {
      return several.stream().map(this::element).collect(Collectors.joining(" ", kind + " ", ""));
    }
    return content.equals("") ? kind : kind + " " + content;
  }

  private String element(Object event) {
    return event instanceof ReadOutcome.ReadEvent read
        ? of(read.event()) + " " + read.status()
        : of((AcceptedEvent) event);
  }

  private static Object contentOf(Object answer) {
    if (answer instanceof PendingIndex.ClaimAnswer.Granted granted) {
      return granted.claim();
    } else if (answer instanceof PendingIndex.ClaimAnswer.Taken taken) {
      return taken.standing();
    } else if (answer instanceof PendingIndex.ParkAnswer.Moved moved) {
      return moved.standing();
    } else if (answer instanceof PendingIndex.FindAnswer.Found found) {
      return found.claim();
    } else if (answer instanceof PendingIndex.SettleAnswer.OtherPending other) {
      return other.standing();
    } else if (answer instanceof EventTable.RecordAnswer.Occupied occupied) {
      return occupied.standing();
    } else if (answer instanceof EventTable.FindAnswer.Found found) {
      return found.event();
    } else if (answer instanceof EventTable.PageAnswer.Page page) {
      return page.events();
    } else if (answer instanceof DebtIndex.DebtsAnswer.Page page) {
      return page.debts().stream().map(DebtIndex.Debt::event).toList();
    } else if (answer instanceof ReadOutcome.Page page) {
      return page.events();
    } else if (answer instanceof AppendOutcome.VersionConflict conflict) {
      return conflict.currentVersion();
    } else {
      return "";
    }
  }

  private static long minute(Instant moment) {
    return Duration.between(World.START, moment).toMinutes();
  }
}
