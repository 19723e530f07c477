package dev.holdfast.bench;

import dev.holdfast.aws.EventMessage;
import dev.holdfast.aws.Events;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.ReadOutcome;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorRef;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** The contenders that run in this process. */
final class InProcess {

  static final String HOLDFAST = "Holdfast";
  static final String FOIL = "foil: look, write, fall back";
  static final String PEER = "Pekko persistence";
  static final String PEER_IN_MEMORY = PEER + ", actor in memory";

  static final String WRITE_TO_P = "of that, the write to P";
  static final String SEND_TO_Q = "of that, the send to Q";

  private InProcess() {}

  /** The ledger appends the first event of a booking. */
  static Contender newBooking(String name, Append append, Class<? extends AppendOutcome> expected) {
    return new Contender(
        name,
        () -> {
          AcceptedEvent event = Events.first(Events.anyCode());
          return () -> expect(expected, append.append(event.event()));
        });
  }

  /** The ledger appends a later event to one booking, version after version. */
  static Contender nextVersion(Ledger ledger) {
    BookingCode code = recorded(ledger).bookingCode();
    AtomicInteger version = new AtomicInteger(1);
    return new Contender(
        HOLDFAST,
        () -> {
          AcceptedEvent event = Events.version(code, version.incrementAndGet());
          return () -> expect(AppendOutcome.Recorded.class, ledger.append().append(event.event()));
        });
  }

  /**
   * The price of ever another recorded booking changes.
   *
   * @param before records the booking
   */
  static Contender change(
      String name, Ledger before, Append append, Class<? extends AppendOutcome> expected) {
    return new Contender(
        name,
        () -> {
          AcceptedEvent event = Events.version(recorded(before).bookingCode(), 2);
          return () -> expect(expected, append.append(event.event()));
        });
  }

  /** Another first event under a code that is taken. */
  static Contender collision(Ledger ledger) {
    return new Contender(
        "Holdfast, collision",
        () -> {
          AcceptedEvent rival = Events.first(recorded(ledger).bookingCode());
          return () ->
              expect(AppendOutcome.BookingCodeTaken.class, ledger.append().append(rival.event()));
        });
  }

  /** The same first event once more. */
  static Contender repetition(Ledger ledger) {
    return new Contender(
        "Holdfast, the same event again",
        () -> {
          AcceptedEvent event = recorded(ledger);
          return () ->
              expect(AppendOutcome.AlreadyRecorded.class, ledger.append().append(event.event()));
        });
  }

  /** The first {@code events} events of a booking. */
  static Contender read(Ledger ledger, BookingCode code, int events) {
    Range range = new Range(Optional.empty(), events, Order.ASCENDING);
    return Contender.of(
        HOLDFAST,
        () ->
            expectSize(
                events,
                ledger.read().events(code, range) instanceof ReadOutcome.Page page
                    ? page.events().size()
                    : -1));
  }

  /** A page of a booking that goes on after it. */
  static Contender page(String name, Ledger ledger, BookingCode code, Optional<Version> from) {
    Range range = new Range(from, 10, Order.ASCENDING);
    return Contender.of(
        name, () -> expect(ReadOutcome.Page.class, ledger.read().events(code, range)));
  }

  /** One version of a booking. */
  static Contender event(Ledger ledger, BookingCode code, int version) {
    return Contender.of(
        HOLDFAST,
        () -> expect(ReadOutcome.Found.class, ledger.read().event(code, new Version(version))));
  }

  /** The current price of a booking. */
  static Contender current(String name, Read read, BookingCode code) {
    return Contender.of(name, () -> expect(ReadOutcome.Found.class, read.current(code)));
  }

  /**
   * The first read of ever another recorded booking's price.
   *
   * @param before records the booking
   */
  static Contender firstRead(String name, Ledger before, Read read) {
    return new Contender(
        name,
        () -> {
          BookingCode code = recorded(before).bookingCode();
          return () -> expect(ReadOutcome.Found.class, read.current(code));
        });
  }

  static Contender foil(Ledger ledger) {
    Foil foil = new Foil(ledger);
    return new Contender(
        FOIL,
        () -> {
          AcceptedEvent event = Events.first(Events.anyCode());
          return () -> expectSize(1, foil.append(event.event()) ? 1 : 0);
        });
  }

  /** The foil appends a later event: it does not look whether there is an earlier one. */
  static Contender foilNextVersion(Ledger ledger) {
    Foil foil = new Foil(ledger);
    BookingCode code = Events.anyCode();
    AtomicInteger version = new AtomicInteger();
    return new Contender(
        FOIL,
        () -> {
          AcceptedEvent event = Events.version(code, version.incrementAndGet());
          return () -> expectSize(1, foil.append(event.event()) ? 1 : 0);
        });
  }

  /** The peer makes a booking: it recovers that there is none, and appends. */
  static Contender peerNewBooking(Peer peer) {
    return new Contender(
        PEER,
        () -> {
          AcceptedEvent event = Events.first(Events.anyCode());
          String text = EventMessage.write(event);
          return () -> {
            ActorRef booking = peer.booking(event.bookingCode().value());
            Peer.append(booking, text);
            Peer.forget(booking);
          };
        });
  }

  /** The peer appends to a booking whose actor is in memory already. */
  static Contender peerNextVersion(Peer peer) {
    AcceptedEvent event = Events.first(Events.anyCode());
    String text = EventMessage.write(event);
    ActorRef booking = peer.booking(event.bookingCode().value());
    return Contender.of(PEER_IN_MEMORY, () -> Peer.append(booking, text));
  }

  /** The peer appends to a booking whose actor has to be recovered first, as a function's would. */
  static Contender peerNextVersionRecovered(Peer peer) {
    return new Contender(
        PEER,
        () -> {
          AcceptedEvent event = Events.first(Events.anyCode());
          String text = EventMessage.write(event);
          String code = event.bookingCode().value();
          ActorRef writer = peer.booking(code);
          Peer.append(writer, text);
          Peer.append(writer, text);
          Peer.forget(writer);
          return () -> {
            ActorRef booking = peer.booking(code);
            Peer.append(booking, text);
            Peer.forget(booking);
          };
        });
  }

  /** The peer recovers a booking, which then answers from memory. */
  static Contender peerRead(Peer peer, int events) {
    AcceptedEvent event = Events.first(Events.anyCode());
    String text = EventMessage.write(event);
    String code = event.bookingCode().value();
    ActorRef writer = peer.booking(code);
    for (int number = 0; number < events; number++) {
      Peer.append(writer, text);
    }
    Peer.forget(writer);
    return Contender.of(
        PEER,
        () -> {
          ActorRef booking = peer.booking(code);
          expectSize(events, Peer.size(booking));
          Peer.forget(booking);
        });
  }

  /** What a new booking costs in the pending index while the breaker is open. */
  static Contender claimAndPark(Ledger ledger) {
    return new Contender(
        WRITE_TO_P,
        () -> {
          AcceptedEvent event = Events.first(Events.anyCode());
          return () ->
              expect(
                  PendingIndex.ClaimAnswer.Granted.class,
                  ledger.pendingIndex().claimAndPark(event, Events.NOW));
        });
  }

  /** What it costs in the fallback queue. */
  static Contender send(Ledger ledger) {
    return new Contender(
        SEND_TO_Q,
        () -> {
          AcceptedEvent event = Events.first(Events.anyCode());
          return () ->
              expect(
                  FallbackQueue.SendAnswer.Sent.class,
                  ledger.fallbackQueue().send(new Hint(event, Optional.empty())));
        });
  }

  /** That send by the same client, and nothing else. */
  static Contender rawSend(EmbeddedStores stores) {
    return new Contender(
        "raw send",
        () -> {
          AcceptedEvent event = Events.first(Events.anyCode());
          String code = event.bookingCode().value();
          SendMessageRequest request =
              SendMessageRequest.builder()
                  .queueUrl(stores.queueUrl())
                  .messageBody(EventMessage.write(event))
                  .messageGroupId(code)
                  .messageDeduplicationId(code)
                  .build();
          return () -> stores.sqs().sendMessage(request);
        });
  }

  /** Drains one event that is pending. */
  static Contender drain(Ledger ledger) {
    return new Contender(
        "Holdfast, drain of one event",
        () -> {
          AcceptedEvent event = parked(ledger);
          return () -> ledger.drain().drain(event);
        });
  }

  static AcceptedEvent recorded(Ledger ledger) {
    AcceptedEvent event = Events.first(Events.anyCode());
    expect(AppendOutcome.Recorded.class, ledger.append().append(event.event()));
    return event;
  }

  static AcceptedEvent parked(Ledger ledger) {
    AcceptedEvent event = Events.first(Events.anyCode());
    ledger.pendingIndex().claimAndPark(event, Events.NOW);
    return event;
  }

  static void expect(Class<?> expected, Object outcome) {
    if (!expected.isInstance(outcome)) {
      throw new IllegalStateException(outcome + " instead of " + expected.getSimpleName());
    }
  }

  private static void expectSize(int expected, int size) {
    if (size != expected) {
      throw new IllegalStateException(size + " instead of " + expected);
    }
  }
}
