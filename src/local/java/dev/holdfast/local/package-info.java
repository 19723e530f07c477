/**
 * The local cloud: what stands in for AWS on a desk. It reads {@code template.yaml}, runs the real
 * deployment package as separate processes, and can make each of the stores fail.
 */
package dev.holdfast.local;
