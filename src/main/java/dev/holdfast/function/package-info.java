/**
 * The Lambda functions, one class each, and how they are put together. All are in one package;
 * {@code quarkus.lambda.handler} names the one that a process is.
 *
 * <p>Events are read and answers written as JSON, see
 * docs/decisions/0001-events-as-json-not-as-classes.md.
 */
package dev.holdfast.function;
