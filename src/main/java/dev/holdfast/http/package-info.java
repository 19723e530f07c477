/**
 * The ledger over HTTP: API Gateway events (payload format 2.0) in, responses out, errors as RFC
 * 9457 {@code application/problem+json}. JSON is read and written token by token or as a tree,
 * never by reflection.
 */
package dev.holdfast.http;
