/**
 * The values that a booking's price history is made of. Plain Java, immutable. Each has two ways
 * in: {@code parse} judges a text from outside by the rules of today and makes a value of it, or
 * nothing; the constructor takes what was accepted already, by the rules of that day, and asks only
 * for what the value could not be written or found without. So nothing that was accepted is ever
 * judged again.
 */
package dev.holdfast.booking;
