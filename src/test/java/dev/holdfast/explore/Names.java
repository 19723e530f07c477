package dev.holdfast.explore;

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
import java.util.stream.Collectors;

/**
 * Short names for what a story tells of: an event is a letter and its version, as in {@code a1}.
 */
final class Names {

  private final Map<PriceEvent, String> events = new HashMap<>();
  private final Map<EventIdentity, String> identities = new HashMap<>();

  Names(Scenario scenario) {
    for (Scenario.Actor actor : scenario.actors()) {
      if (actor instanceof Writer writer) {
        String name = (char) ('a' + events.size()) + writer.event().version().toString();
        if (events.putIfAbsent(writer.event(), name) == null) {
          identities.put(writer.event().identity(), name);
        }
      }
    }
  }

  /** What was chosen with a task, if there was a choice. */
  String of(Task task) {
    if (task instanceof Task.Drain drain) {
      return " (" + of(drain.message()) + ")";
    }
    return task instanceof Task.Append append && append.breakerIsOpen() ? " (breaker open)" : "";
  }

  String of(AcceptedEvent event) {
    return events.get(event.event()) + "@" + minute(event.recordedAt());
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
