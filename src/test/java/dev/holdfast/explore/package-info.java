/**
 * The explorer: the ledger's own code under every interleaving of its actors' port calls and every
 * fault.
 *
 * <p>{@link dev.holdfast.explore.Scenario} says who acts and what may fail, {@link
 * dev.holdfast.explore.Runs} what of the ledger they run, {@link dev.holdfast.explore.World} is one
 * moment of one history, {@link dev.holdfast.explore.Moves} says what may happen next, {@link
 * dev.holdfast.explore.Promises} what must never be, and {@link dev.holdfast.explore.Explorer}
 * looks at all of it; what it has {@link dev.holdfast.explore.Seen} it does not look at again.
 * {@link dev.holdfast.explore.Mutants} breaks the ledger in every way that we know of, to show that
 * the explorer would see it.
 */
package dev.holdfast.explore;
