package dev.holdfast.ledger;

import dev.holdfast.ledger.DebtIndex.TallyAnswer.Tally;
import java.util.Optional;

/**
 * What a sweep did and saw.
 *
 * @param requeued how many events went back on the fallback queue
 * @param pending the events that the event table lacks; empty where the pending index did not
 *     answer
 * @param unclaimed the claims that the pending index lacks; empty where the event table did not
 *     answer
 */
public record SweepReport(int requeued, Optional<Tally> pending, Optional<Tally> unclaimed) {}
