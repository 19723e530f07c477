/**
 * What clients did and were told, and whether that keeps the promises. The chaos run, the local
 * cloud's console and its stories are all judged by this one checker.
 */
package dev.holdfast.history;
