package dev.holdfast.function;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A record of an SQS event, of whatever came in: what a record lacks is empty.
 *
 * @param receiptHandle names this receipt of the message
 * @param groupId the message group that it was sent in
 * @param sentAt when it was sent to the queue
 */
record QueueMessage(
    String messageId, String receiptHandle, String body, String groupId, Optional<Instant> sentAt) {

  private static final Pattern MILLIS = Pattern.compile("[0-9]{1,15}");

  static QueueMessage of(JsonNode record) {
    JsonNode attributes = record.path("attributes");
    return new QueueMessage(
        record.path("messageId").asText(),
        record.path("receiptHandle").asText(),
        record.path("body").asText(),
        attributes.path("MessageGroupId").asText(),
        Optional.of(attributes.path("SentTimestamp").asText())
            .filter(millis -> MILLIS.matcher(millis).matches())
            .map(Long::parseLong)
            .map(Instant::ofEpochMilli));
  }
}
