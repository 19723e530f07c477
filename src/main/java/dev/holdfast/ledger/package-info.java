/**
 * The protocol by which Holdfast keeps its promises while its stores fail.
 *
 * <p>The promises:
 *
 * <ul>
 *   <li>R1: no price is ever blocked, neither a new booking's nor a later change, not even while
 *       the event table cannot be written.
 *   <li>R2: once a write was answered with success, every later read returns that event, or says
 *       that it cannot answer now. The current price is answered even while the event table cannot
 *       be read.
 *   <li>R3: no two events are ever both accepted in one place: one owner of a booking code, one
 *       event of a version.
 *   <li>R4: nothing acknowledged is lost.
 *   <li>R5: a booking is read by its code alone.
 * </ul>
 *
 * <p>Three stores that fail independently: the {@linkplain dev.holdfast.ledger.EventTable event
 * table} (S), the truth; the {@linkplain dev.holdfast.ledger.PendingIndex pending index} (P), which
 * has the {@linkplain dev.holdfast.ledger.Head head} of every booking: its last event, and what
 * waits for the event table; the {@linkplain dev.holdfast.ledger.FallbackQueue fallback queue} (Q),
 * the drainer's work list. Any one of them may be down, slow or throttling, for all callers or
 * some, or may lose its answers after doing the work.
 *
 * <p>The protocol, in the order in which to read it:
 *
 * <ol>
 *   <li>{@link dev.holdfast.ledger.Head}: what is known of a booking, and how that may change.
 *   <li>{@link dev.holdfast.ledger.Append}, and one call of it, {@code Appending}: look, claim,
 *       record, park. Every event claims its version at the head before it touches S, because two
 *       ways of accepting an event are safe only if both pass one common register. Looking first
 *       and writing then is not enough: another writer comes in between.
 *   <li>{@link dev.holdfast.ledger.Read}: S, and P beside it where the end of a booking is asked
 *       for; the head alone where S does not answer. What held at a moment is searched for in S:
 *       along a booking no event was accepted before the one before it.
 *   <li>{@link dev.holdfast.ledger.Drain}: what is pending goes into S; a head that P missed is
 *       repaired. {@code Settlement} says how.
 *   <li>{@link dev.holdfast.ledger.Sweep}: finds both debts even when Q lost every message.
 * </ol>
 *
 * <p>What operators do: {@link dev.holdfast.ledger.BacklogIndex} lists what waits, {@link
 * dev.holdfast.ledger.Resolve} ends a conflict, {@link dev.holdfast.ledger.Backfill} makes the
 * heads of an event table that had no pending index, {@link dev.holdfast.ledger.Republish} puts
 * events on the {@linkplain dev.holdfast.ledger.ChangeFeed change feed} again, {@link
 * dev.holdfast.ledger.Audit} checks the promises on what is stored, of which {@code Inspection}
 * says how. The last three are each a {@link dev.holdfast.ledger.SegmentWalk}.
 *
 * <p>Every store answers with a sealed type, and {@link dev.holdfast.ledger.Unavailable} is one of
 * its cases: a store that fails is an answer, not an exception.
 */
package dev.holdfast.ledger;
