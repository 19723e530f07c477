package dev.holdfast.aws;

import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Tells a request that DynamoDB will never take, which is a bug of ours, from a table that is not
 * well. The error code does not: {@code ValidationException} is also how DynamoDB refuses a table
 * whose KMS key is disabled, or an index that is missing or still being built. Its message does. So
 * a request is wrong only where DynamoDB says one of the few things that a request of ours can be
 * the cause of; whatever else it may say is the table's trouble, for a booking is never refused
 * because of words that nobody here has heard of.
 */
final class InvalidRequest {

  private static final Pattern WRONG_REQUEST =
      Pattern.compile(
          "(Item size "
              + "|Invalid (Condition|Update|KeyCondition|Filter|Projection)Expression: "
              + "|(Value provided in )?ExpressionAttribute(Value|Name)s "
              + "|One or more parameter values (were invalid|are not valid)"
              + "|The provided (key element|starting key) "
              + "|Supplied AttributeValue "
              + "|Query (condition missed key schema element|key condition not supported)"
              + ").*",
          Pattern.DOTALL);

  private InvalidRequest() {}

  /** Whether the request itself is wrong, an item that is too large among others. */
  static boolean is(AwsServiceException refusal) {
    return refusal.awsErrorDetails() != null
        && "ValidationException".equals(refusal.awsErrorDetails().errorCode())
        && refusal.awsErrorDetails().errorMessage() != null
        && WRONG_REQUEST.matcher(refusal.awsErrorDetails().errorMessage()).matches();
  }
}
