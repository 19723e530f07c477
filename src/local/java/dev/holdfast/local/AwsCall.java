package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request of an AWS SDK, as far as permissions go (AWS, "Authenticating Requests: Using the
 * Authorization Header (AWS Signature Version 4)"). The signature itself is not looked at.
 *
 * @param accessKey who calls
 * @param action as a role names it, such as {@code dynamodb:PutItem}
 * @param resource the ARN of the table, index or queue; {@code *} where the request names none
 */
record AwsCall(String accessKey, String action, String resource) {
  private static final Pattern SIGNED =
      Pattern.compile("AWS4-HMAC-SHA256 Credential=([^/]+)/\\d+/([^/]+)/([^/]+)/aws4_request\\b.*");

  static final String ANY_RESOURCE = "*";

  /** What a request asks for, or nothing where it is not signed. */
  static Optional<AwsCall> of(MultiMap headers, Buffer body) {
    Matcher signed = SIGNED.matcher(Objects.toString(headers.get("Authorization"), ""));
    if (!signed.matches()) {
      return Optional.empty();
    }
    String region = signed.group(2);
    String service = signed.group(3);
    JsonNode request = Json.tree(body);
    return Optional.of(
        new AwsCall(
            signed.group(1),
            service + ":" + permission(service, Objects.toString(headers.get("X-Amz-Target"), "")),
            service.equals("sqs") ? queue(request, region) : table(request, region)));
  }

  /**
   * The operation is the permission, but for SQS's batches (AWS, "Amazon SQS API permissions:
   * Actions and resource reference": those of the operation on one message).
   */
  private static String permission(String service, String target) {
    String operation = target.substring(target.indexOf('.') + 1);
    return service.equals("sqs") ? operation.replaceFirst("Batch$", "") : operation;
  }

  private static String table(JsonNode request, String region) {
    String table = request.path("TableName").asText();
    if (table.isEmpty()) {
      return ANY_RESOURCE;
    }
    String arn =
        table.startsWith("arn:") ? table : Intrinsics.arn("dynamodb", region, "table/" + table);
    String index = request.path("IndexName").asText();
    return index.isEmpty() ? arn : arn + "/index/" + index;
  }

  private static String queue(JsonNode request, String region) {
    String url = request.path("QueueUrl").asText();
    return url.isEmpty()
        ? ANY_RESOURCE
        : Intrinsics.arn("sqs", region, url.substring(url.lastIndexOf('/') + 1));
  }
}
