package dev.holdfast.ledger;

/**
 * The sparse index of the bookings at whose heads events are kept in conflict. What is owed for
 * them is an operator's decision: no drain can pay it.
 */
public interface ConflictIndex extends DebtIndex {}
