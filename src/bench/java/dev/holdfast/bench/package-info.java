/**
 * The measurements: how fast Holdfast is against what else one would take, and against what the
 * store itself can do. {@code mvn -Pbench}; the answer is docs/benchmarks.md.
 */
package dev.holdfast.bench;
