/**
 * The values that a booking's price history is made of. Plain Java, immutable, each valid from the
 * moment it exists: a constructor refuses what the value cannot be, and {@code parse} turns text
 * from outside into a value or into nothing.
 */
package dev.holdfast.booking;
