/**
 * The ledger's ports on AWS: the event table and the pending index in DynamoDB, the fallback queue
 * in SQS. Each port method is one conditional write or one read, bounded in time; what the SDK
 * raises is told apart in {@link dev.holdfast.aws.BoundedCalls} and nowhere else.
 */
package dev.holdfast.aws;
