package dev.holdfast.fuzz;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.booking.Amount;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Currency;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.function.AppendFunction;
import dev.holdfast.function.ReadFunction;
import dev.holdfast.http.RetryAfter;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Read;
import dev.holdfast.simulated.Network;
import dev.holdfast.simulated.OneAfterTheOther;
import dev.holdfast.simulated.SimulatedEventTable;
import dev.holdfast.simulated.SimulatedFallbackQueue;
import dev.holdfast.simulated.SimulatedPendingIndex;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/**
 * The functions append and read over healthy stores that hold one booking: {@link #STANDING}, with
 * {@value #STANDING_VERSIONS} versions. Its clock stands still. Not thread-safe.
 */
final class World {

  static final String STANDING = "HTL-1";
  static final int STANDING_VERSIONS = 3;
  static final String REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
  static final String NOW = "2026-11-23T08:15:01.000Z";

  private static final Clock CLOCK = Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC);
  private static final RetryAfter SOON = new RetryAfter(bound -> 1);
  private static final Network FAIR = call -> Network.Fate.WORKS;
  private static final Context CONTEXT =
      (Context)
          Proxy.newProxyInstance(
              Context.class.getClassLoader(),
              new Class<?>[] {Context.class},
              (proxy, method, arguments) ->
                  method.getName().equals("getAwsRequestId") ? REQUEST_ID : null);

  /** Which function a request goes to. */
  enum Target {
    APPEND,
    READ
  }

  /** What stands before append, to break it. */
  interface Breakage {
    RequestStreamHandler of(RequestStreamHandler append, Append ledger);
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final EmbeddedMetrics UNMEASURED = new EmbeddedMetrics("fuzz", CLOCK, line -> {});
  private static final SimulatedEventTable EVENT_TABLE = new SimulatedEventTable(FAIR);
  private static final SimulatedPendingIndex PENDING_INDEX = new SimulatedPendingIndex(FAIR);

  static {
    Append ledger =
        new Append(
            EVENT_TABLE,
            PENDING_INDEX,
            new SimulatedFallbackQueue(FAIR),
            () -> false,
            CLOCK,
            System::nanoTime);
    for (int version = 1; version <= STANDING_VERSIONS; version++) {
      ledger.append(standing(version));
    }
  }

  private final WatchedStores stores = new WatchedStores();
  private final RequestStreamHandler append;
  private final RequestStreamHandler read;

  World(Breakage breakage) {
    EventTable eventTable = stores.watched(EventTable.class, EVENT_TABLE.copy(FAIR));
    PendingIndex pendingIndex = stores.watched(PendingIndex.class, PENDING_INDEX.copy(FAIR));
    FallbackQueue fallbackQueue =
        stores.watched(FallbackQueue.class, new SimulatedFallbackQueue(FAIR));
    Append ledger =
        new Append(eventTable, pendingIndex, fallbackQueue, () -> false, CLOCK, System::nanoTime);
    this.append =
        breakage.of(new AppendFunction(ledger, () -> false, SOON, MAPPER, UNMEASURED), ledger);
    this.read =
        new ReadFunction(
            new Read(
                eventTable,
                pendingIndex,
                fallbackQueue,
                () -> false,
                OneAfterTheOther.INSTANCE,
                CLOCK,
                System::nanoTime),
            SOON,
            MAPPER,
            UNMEASURED);
  }

  /** The function as it is. */
  static Breakage unbroken() {
    return (append, ledger) -> append;
  }

  static UUID standingId(int version) {
    return new UUID(0x4000L, version);
  }

  private static PriceEvent standing(int version) {
    return new PriceEvent(
        new BookingCode(STANDING),
        new Version(version),
        new EventId(standingId(version)),
        new EventType("booked"),
        new Price(new Amount("1.00"), new Currency("EUR")),
        new OccurredAt("2026-11-23T09:15:00+01:00"),
        Optional.empty());
  }

  WatchedStores stores() {
    return stores;
  }

  /** What a function answers to an event, as bytes. */
  byte[] answer(Target target, byte[] event) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    RequestStreamHandler function = target == Target.APPEND ? append : read;
    function.handleRequest(new ByteArrayInputStream(event), output, CONTEXT);
    return output.toByteArray();
  }
}
