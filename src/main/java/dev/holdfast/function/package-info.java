/**
 * The Lambda functions, one class each, and how they are put together. All are in one package;
 * {@code quarkus.lambda.handler} names the one that a process is.
 *
 * <p>Events are read and answers written as JSON trees, see docs/decisions.
 */
package dev.holdfast.function;
