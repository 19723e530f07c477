/**
 * A simulation of what follows an outage of the event table: docs/recovery.md. The ledger is the
 * real one, and so are the rules by which its callers come back; time, clients, processes, and what
 * the tables can take, are simulated, all on one seed.
 */
package dev.holdfast.recovery;
