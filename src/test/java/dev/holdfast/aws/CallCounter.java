package dev.holdfast.aws;

import java.math.BigDecimal;
import java.util.Optional;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * Counts what one client asks of its store, and what the store says it was charged for. A call that
 * the SDK tries twice is one. Not for calls side by side.
 */
final class CallCounter implements ExecutionInterceptor {

  private int reads;
  private int writes;
  private int refused;
  private int sends;
  private BigDecimal units = BigDecimal.ZERO;

  void reset() {
    reads = 0;
    writes = 0;
    refused = 0;
    sends = 0;
    units = BigDecimal.ZERO;
  }

  /** Gets, queries and scans. */
  int reads() {
    return reads;
  }

  /** Puts and updates, those whose condition did not hold among them. */
  int writes() {
    return writes;
  }

  /** Writes whose condition did not hold. */
  int refused() {
    return refused;
  }

  /** Messages sent. */
  int sends() {
    return sends;
  }

  /** Capacity units of a table and its indexes, as far as DynamoDB reports them. */
  BigDecimal units() {
    return units;
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    SdkRequest request = context.request();
    if (request instanceof PutItemRequest || request instanceof UpdateItemRequest) {
      writes++;
    } else if (request instanceof GetItemRequest
        || request instanceof QueryRequest
        || request instanceof ScanRequest) {
      reads++;
    } else if (request instanceof SendMessageRequest) {
      sends++;
    } else {
      throw new IllegalStateException("A call that is not counted: " + request.getClass());
    }
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    SdkRequest request = context.request();
    ReturnConsumedCapacity total = ReturnConsumedCapacity.TOTAL;
    if (request instanceof PutItemRequest put) {
      return put.toBuilder().returnConsumedCapacity(total).build();
    }
    if (request instanceof UpdateItemRequest update) {
      return update.toBuilder().returnConsumedCapacity(total).build();
    }
    if (request instanceof GetItemRequest get) {
      return get.toBuilder().returnConsumedCapacity(total).build();
    }
    if (request instanceof QueryRequest query) {
      return query.toBuilder().returnConsumedCapacity(total).build();
    }
    return request instanceof ScanRequest scan
        ? scan.toBuilder().returnConsumedCapacity(total).build()
        : request;
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    SdkResponse response = context.response();
    response
        .getValueForField("ConsumedCapacity", ConsumedCapacity.class)
        .map(ConsumedCapacity::capacityUnits)
        .ifPresent(more -> units = units.add(BigDecimal.valueOf(more)));
  }

  @Override
  public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
    Optional.of(context.exception())
        .filter(ConditionalCheckFailedException.class::isInstance)
        .ifPresent(unmet -> refused++);
  }
}
