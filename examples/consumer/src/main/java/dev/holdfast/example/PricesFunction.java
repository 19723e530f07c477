package dev.holdfast.example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Keeps the department's table of current prices: a Lambda function on an SQS queue, which a rule
 * on Holdfast's event bus fills.
 *
 * <p>The feed delivers each event at least once, in no order. So an event is applied only after the
 * one before it; one that was applied is ignored; and where some are missing they are fetched from
 * the API. What cannot be done now is left on the queue, and comes again.
 */
public final class PricesFunction implements RequestHandler<SQSEvent, SQSBatchResponse> {

  private static final String PRICE_EVENT_RECORDED = "dev.holdfast.price-event.recorded";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CurrentPrices prices;
  private final Ledger ledger;

  /** For Lambda: everything else is in the environment. */
  public PricesFunction() {
    this(
        new CurrentPrices(DynamoDbClient.create(), System.getenv("PRICES_TABLE")),
        new Ledger(
            ApacheHttpClient.create(),
            DefaultCredentialsProvider.builder().build(),
            System.getenv("LEDGER_REGION"),
            URI.create(System.getenv("LEDGER_API"))));
  }

  PricesFunction(CurrentPrices prices, Ledger ledger) {
    this.prices = prices;
    this.ledger = ledger;
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent batch, Context context) {
    List<BatchItemFailure> failures = new ArrayList<>();
    for (SQSEvent.SQSMessage message : batch.getRecords()) {
      try {
        take(JSON.readTree(message.getBody()).path("detail"));
      } catch (JsonProcessingException | RuntimeException failure) {
        context.getLogger().log("Comes again: " + failure);
        failures.add(new BatchItemFailure(message.getMessageId()));
      }
    }
    return new SQSBatchResponse(failures);
  }

  private void take(JsonNode cloudEvent) {
    // There may be other types one day.
    if (cloudEvent.path("type").asText().equals(PRICE_EVENT_RECORDED)) {
      apply(PriceEvent.of(cloudEvent.path("data")));
    }
  }

  private void apply(PriceEvent event) {
    int applied = prices.apply(event);
    while (applied < event.version()) {
      int before = applied;
      for (PriceEvent missing : ledger.recorded(event.bookingCode(), applied + 1)) {
        applied = prices.apply(missing);
      }
      if (applied <= before) {
        throw new IllegalStateException(
            "The ledger does not show version " + (before + 1) + " yet");
      }
    }
  }
}
