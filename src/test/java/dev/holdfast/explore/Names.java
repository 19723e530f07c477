package dev.holdfast.explore;

import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Short names for what a story tells of: an event is a letter and its version, as in {@code a1}.
 */
final class Names {

  private final Map<PriceEvent, String> events = new HashMap<>();
  private final Map<EventIdentity, String> identities = new HashMap<>();

  Names(Scenario scenario) {
    scenario.standing().forEach(this::name);
    for (Scenario.Actor actor : scenario.actors()) {
      if (actor instanceof Writer writer) {
        name(writer.event());
      }
    }
  }

  private void name(PriceEvent event) {
    String name = (char) ('a' + events.size()) + event.version().toString();
    if (events.putIfAbsent(event, name) == null) {
      identities.put(event.identity(), name);
    }
  }

  /** What was chosen when a run began, if there was a choice. */
  String of(Task task) {
    if (task instanceof Task.Drain drain) {
      return " (" + of(drain.message()) + ")";
    }
    if (task instanceof Task.Append append) {
      return append.breakerIsOpen() ? " (breaker open)" : "";
    }
    if (task instanceof Task.Resolve resolve) {
      return " (" + of(resolve.kept()) + ", " + resolve.wish().getClass().getSimpleName() + ")";
    }
    return task instanceof Task.Read read && !read.way().isEmpty() ? " (" + read.way() + ")" : "";
  }

  String of(AcceptedEvent event) {
    // What an operator makes of an event is another one, of nobody's.
    String name = events.getOrDefault(event.event(), "x" + event.version());
    return name + "@" + time(event.recordedAt());
  }

  String of(Head head) {
    StringBuilder text =
        new StringBuilder(head.state().getClass().getSimpleName().toLowerCase(Locale.ROOT));
    head.events().forEach(event -> text.append(' ').append(of(event)));
    head.previous().ifPresent(event -> text.append(" after ").append(identities.get(event)));
    text.append(" owner ").append(head.owner().map(identities::get).orElse("?"));
    text.append(" #").append(head.revision()).append('@').append(time(head.claimedAt()));
    head.kept().forEach(kept -> text.append(" kept ").append(of(kept.event())));
    return text.toString();
  }

  /** An answer of a port, or an outcome. */
  String of(Object answer) {
    String kind = answer.getClass().getSimpleName();
    Object content = contentOf(answer);
    if (content instanceof AcceptedEvent event) {
      return kind + " " + of(event);
    }
    if (content instanceof Head head) {
      return kind + " " + of(head);
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
      return granted.head();
    } else if (answer instanceof PendingIndex.ClaimAnswer.Refused refused) {
      return refused.standing().<Object>map(it -> it).orElse("");
    } else if (answer instanceof PendingIndex.ReplaceAnswer.Moved moved) {
      return moved.standing();
    } else if (answer instanceof PendingIndex.FindAnswer.Found found) {
      return found.head();
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
    } else if (answer instanceof ReadOutcome.Found found) {
      return List.of(found.event());
    } else if (answer instanceof Unavailable unavailable) {
      return "(" + unavailable.reason() + ")";
    } else if (answer instanceof AppendOutcome.VersionConflict conflict) {
      return conflict.currentVersion();
    } else {
      return "";
    }
  }

  /** In minutes, unless a skewed clock has it otherwise. */
  private static String time(Instant moment) {
    long seconds = Duration.between(World.START, moment).toSeconds();
    return seconds % 60 == 0 ? Long.toString(seconds / 60) : seconds + "s";
  }
}
