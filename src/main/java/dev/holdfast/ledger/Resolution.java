package dev.holdfast.ledger;

import java.time.Instant;

/**
 * The record of a conflict that is over. It stays in the pending index for ever (R4: an event that
 * was acknowledged is never dropped without a trace).
 *
 * @param kept the event as it was acknowledged, under its first booking code
 */
public record Resolution(
    Decision decision, AcceptedEvent kept, Instant conflictSince, Instant resolvedAt) {}
