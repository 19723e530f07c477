package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.function.CapturedLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operation costs in calls and capacity units is a promise, to the last one. */
class RoundTripsTest {

  // What the ledger says of the stores that fail here.
  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  // What DynamoDB Local says of conditions that do not hold.
  @RegisterExtension final CapturedLog storeLog = new CapturedLog("com.amazonaws");

  @Test
  void everyOperationMakesExactlyTheseCalls() throws Exception {
    assertThat(RoundTrips.table(RoundTrips.count()))
        .isEqualTo(
            """
                | operation | answer | S reads | S writes | S units | P reads | P writes | P units | Q sends |
                |---|---|---|---|---|---|---|---|---|
                | sweep, nothing is owed | SweepReport | 64 | 0 | 0 | 128 | 0 | 0 | 0 |
                | sweep, one event is pending | SweepReport | 65 | 0 | 1 | 128 | 0 | 0.5 | 1 |
                | drain of a pending event | Settled | 0 | 1 | 1 | 1 | 1 | 3 | 0 |
                | backfill of two bookings, one of which has its head | Progress | 3 | 0 | 3 | 2 | 1 | 3 | 0 |
                | new booking | Recorded | 0 | 1 | 1 | 0 | 1 | 1 | 0 |
                | the same event again | AlreadyRecorded | 0 | 1† | 0 | 0 | 2† | 1 | 0 |
                | its event id with other content | EventIdReused | 1 | 0 | 1 | 0 | 1† | 0 | 0 |
                | collision with a recorded booking | BookingCodeTaken | 1 | 0 | 1 | 0 | 1† | 0 | 0 |
                | collision with a pending booking | BookingCodeTaken | 0 | 0 | 0 | 0 | 1† | 0 | 0 |
                | a pending event again, the event table is back | AlreadyRecorded | 0 | 1 | 1 | 0 | 2† | 2 | 0 |
                | new booking, the pending index fails | Recorded | 0 | 1 | 2 | 0 | 1 | 0 | 1 |
                | new booking, the event table fails, breaker closed | Pending | 0 | 1 | 0 | 0 | 2 | 3 | 1 |
                | new booking, breaker open | Pending | 0 | 0 | 0 | 0 | 1 | 2 | 1 |
                | the same event again, breaker open | Pending | 0 | 0 | 0 | 0 | 1† | 0 | 1 |
                | collision with a pending booking, breaker open | BookingCodeTaken | 0 | 0 | 0 | 0 | 1† | 0 | 0 |
                | new booking, both tables fail | Unavailable | 0 | 1 | 0 | 0 | 1 | 0 | 0 |
                | version 2 | Recorded | 1 | 1 | 2 | 0 | 1 | 1 | 0 |
                | version 3 | Recorded | 1 | 1 | 2 | 0 | 1 | 1 | 0 |
                | version 3 again | AlreadyRecorded | 1 | 0 | 1 | 0 | 0 | 0 | 0 |
                | version 2 again, version 3 is the last | AlreadyRecorded | 2 | 0 | 2 | 0 | 0 | 0 | 0 |
                | another version 3 | VersionConflict | 1 | 0 | 1 | 0 | 0 | 0 | 0 |
                | version 5, version 3 is the last | VersionConflict | 1 | 0 | 1 | 1 | 0 | 1 | 0 |
                | version 2 of no booking | VersionConflict | 1 | 0 | 0 | 1 | 0 | 1 | 0 |
                | version 2 of a pending booking | Recorded | 1 | 2 | 2 | 1 | 1 | 3 | 0 |
                | version 3 of a booking of which two events are pending | Recorded | 1 | 3 | 3 | 1 | 1 | 3 | 0 |
                | version 4, the pending index fails | Recorded | 1 | 1 | 3 | 0 | 1 | 0 | 1 |
                | version 2 of a claimed booking, the event table fails, breaker closed | Pending | 1 | 0 | 0 | 0 | 1 | 2 | 1 |
                | version 3 of a pending booking, breaker open | Pending | 0 | 0 | 0 | 0 | 1 | 4 | 1 |
                | the same version 3 again, breaker open | Pending | 0 | 0 | 0 | 0 | 1† | 0 | 1 |
                | another version 3, breaker open | VersionConflict | 0 | 0 | 0 | 0 | 1† | 0 | 0 |
                | version 6 of a booking with 3, breaker open, the event table fails | Unavailable | 1 | 0 | 0 | 0 | 2† | 0 | 0 |
                | version 2 of a claimed booking, breaker open | Pending | 0 | 0 | 0 | 0 | 1 | 2 | 1 |
                | version 2 of a recorded booking, breaker open | Pending | 0 | 0 | 0 | 0 | 1 | 2 | 1 |
                | current price of a recorded booking | Found | 1 | 0 | 1 | 1 | 0 | 1 | 0 |
                | current price of a pending booking | Found | 1 | 0 | 0 | 1 | 0 | 1 | 0 |
                | current price of no booking | NotFound | 1 | 0 | 0 | 1 | 0 | 1 | 0 |
                | one version that is recorded | Found | 1 | 0 | 1 | 0 | 0 | 0 | 0 |
                | one version that is pending | Found | 1 | 0 | 1 | 1 | 0 | 1 | 0 |
                | one version that is not there | NotFound | 1 | 0 | 1 | 1 | 0 | 1 | 0 |
                | page that reaches the end | Page | 1 | 0 | 1 | 1 | 0 | 1 | 0 |
                | page of a pending booking | Page | 1 | 0 | 0 | 1 | 0 | 1 | 0 |
                | page of no booking | NotFound | 1 | 0 | 0 | 1 | 0 | 1 | 0 |
                | first page, which ends before the end | Page | 1 | 0 | 1 | 1 | 0 | 1 | 0 |
                | a page from a version on, which ends before the end | Page | 1 | 0 | 1 | 0 | 0 | 0 | 0 |
                | price at a moment, before the last of 10,000 | Found | 15 | 0 | 15 | 0 | 0 | 0 | 0 |
                | price at a moment, the last of 10,000 | Found | 1 | 0 | 1 | 1 | 0 | 1 | 0 |
                | price at a moment, before the first of 10,000 | NotMadeYet | 14 | 0 | 14 | 0 | 0 | 0 | 0 |
                | current price, the pending index fails | Found | 1 | 0 | 1 | 1 | 0 | 0 | 0 |
                | current price of a claimed booking, the event table fails | Found | 1 | 0 | 0 | 1 | 1 | 3 | 1 |
                | the same again | Found | 1 | 0 | 0 | 1 | 0 | 1 | 0 |
                | the same again, breaker open | Found | 0 | 0 | 0 | 1 | 0 | 1 | 0 |
                | current price of a claimed booking, breaker open | Found | 0 | 0 | 0 | 1 | 1 | 3 | 1 |
                | current price of a recorded booking, breaker open | Found | 0 | 0 | 0 | 1 | 0 | 1 | 0 |
                | history of a booking, breaker open, the event table fails | Unavailable | 1 | 0 | 0 | 2 | 0 | 2 | 0 |
                | price at a moment, after the last event, breaker open | Found | 0 | 0 | 0 | 1 | 0 | 1 | 0 |
                | price at a moment, which is history, breaker open, the event table fails | Unavailable | 1 | 0 | 0 | 2 | 0 | 2 | 0 |
                | drain of a message about an event that was recorded | Stale | 1 | 1† | 1 | 1 | 1 | 2 | 0 |
                | drain of a message that came twice | Stale | 1 | 1† | 1 | 1 | 0 | 1 | 0 |
                | drain of a message about no event | Stale | 1 | 1† | 0 | 1 | 0 | 1 | 0 |
                | drain of a recorded event without a head | Repaired | 1 | 1 | 3 | 1 | 1 | 2 | 0 |
                | drain of version 2, of which the head does not know | Repaired | 2 | 1 | 4 | 1 | 1 | 2 | 0 |
                | drain of a booking of which three events are pending | Settled | 0 | 3 | 3 | 1 | 1 | 5 | 0 |
                | drain of a pending event whose place is taken | InConflict | 1 | 1† | 1 | 1 | 1 | 6 | 0 |
                | drain of a pending event, the event table fails | Unavailable | 0 | 1 | 0 | 1 | 0 | 1 | 0 |
                """);
  }
}
