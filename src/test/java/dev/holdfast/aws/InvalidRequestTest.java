package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** What DynamoDB says of a request that is wrong, and of a table that is not well. */
class InvalidRequestTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Item size has exceeded the maximum allowed size",
        "Item size to update has exceeded the maximum allowed size",
        "Invalid UpdateExpression: Syntax error; token: \"<EOF>\", near: \"SET\"",
        "Invalid ConditionExpression: Operator or function: =, operand type: L",
        "Invalid KeyConditionExpression: Attribute name is a reserved keyword",
        "ExpressionAttributeValues contains invalid value: A value\nof two lines",
        "ExpressionAttributeNames must not be empty",
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:now}",
        "One or more parameter values were invalid: Type mismatch for key version",
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot",
        "The provided key element does not match the schema",
        "The provided starting key is invalid",
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        "Query condition missed key schema element: bookingCode"
      })
  void whatOnlyOurRequestCanCauseIsABug(String message) {
    assertThat(InvalidRequest.is(refusal("ValidationException", message))).isTrue();
  }

  @ParameterizedTest
  @Regression(
      "a table whose key was disabled made every request a 500, though the other table was well")
  @ValueSource(
      strings = {
        "KMS key disabled error: com.amazonaws.services.kms.model.DisabledException: arn is disabled.",
        "KMS validation error: com.amazonaws.services.kms.model.NotFoundException: Invalid arn",
        "Cannot read from backfilling global secondary index: pending",
        "The table does not have the specified index: pending",
        "A sentence that nobody has heard of"
      })
  void whateverElseItSaysIsTheTablesTrouble(String message) {
    assertThat(InvalidRequest.is(refusal("ValidationException", message))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "AccessDeniedException, KMS key access denied error",
    "ResourceNotFoundException, Requested resource not found",
    "SerializationException, Item size",
    "KMS.DisabledException, is disabled",
    "KMS.AccessDeniedException, denied",
    "InvalidParameterValue, Item size"
  })
  void noOtherErrorIsABug(String error, String message) {
    assertThat(InvalidRequest.is(refusal(error, message))).isFalse();
  }

  @Test
  void anErrorThatSaysNothingIsNone() {
    assertThat(InvalidRequest.is(AwsServiceException.builder().build())).isFalse();
    assertThat(
            InvalidRequest.is(
                AwsServiceException.builder()
                    .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode("ValidationException").build())
                    .build()))
        .isFalse();
  }

  private static AwsServiceException refusal(String error, String message) {
    return DynamoDbException.builder()
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(error).errorMessage(message).build())
        .build();
  }
}
