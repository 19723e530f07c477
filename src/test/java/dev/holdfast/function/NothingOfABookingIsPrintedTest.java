package dev.holdfast.function;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.holdfast.aws.LocalStores;
import dev.holdfast.aws.MetricLines;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All that the functions print, from INFO on, while telltale bookings go through them as the
 * application puts them together: no price, no data, and in no metric a booking code.
 */
@QuarkusTest
@TestProfile(NothingOfABookingIsPrintedTest.Printing.class)
@WithTestResource(LocalStores.class)
@Timeout(120)
@Tag("slow")
class NothingOfABookingIsPrintedTest {

  public static final class Printing implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.ofEntries(
          Map.entry("holdfast.metrics", "true"),
          Map.entry("holdfast.stack", "test"),
          Map.entry("holdfast.sweep.older-than", "0S"),
          Map.entry("holdfast.circuit-breaker.delay", "1ms"),
          // DynamoDB Local, which complains of every condition that is not met.
          Map.entry(
              "quarkus.log.category.\"com.amazonaws.services.dynamodbv2.local\".level", "OFF"),
          // Longer than in earnest: the machine may be busy.
          Map.entry("quarkus.dynamodb.events.api-call-timeout", "10s"),
          Map.entry("quarkus.dynamodb.pending.api-call-timeout", "10s"),
          Map.entry("quarkus.dynamodb.events.api-call-attempt-timeout", "10s"),
          Map.entry("quarkus.dynamodb.pending.api-call-attempt-timeout", "10s"),
          Map.entry("quarkus.sqs.api-call-timeout", "10s"),
          Map.entry("quarkus.sqs.api-call-attempt-timeout", "10s"));
    }
  }

  private static final String CODE = "telltale-code";
  private static final String AMOUNT = "48151623.42";
  private static final String DATA = "telltale data";

  @Inject
  @Named("append")
  RequestStreamHandler append;

  @Inject
  @Named("read")
  RequestStreamHandler read;

  @Inject
  @Named("drain")
  RequestStreamHandler drain;

  @Inject
  @Named("sweep")
  RequestStreamHandler sweep;

  @ConfigProperty(name = "quarkus.dynamodb.events.endpoint-override")
  URI endpoint;

  @ConfigProperty(name = "test.event-table")
  String eventTableBehindTheNetwork;

  private final List<CapturedLog> logs =
      Stream.of("dev.holdfast", "io.quarkus", "software.amazon").map(CapturedLog::new).toList();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = System.out;
  private final List<Integer> statuses = new ArrayList<>();
  private WireMock network;

  /** One for each test: what the one has put into its tables is not there for the other. */
  private final String code = CODE + "-" + UUID.randomUUID();

  @BeforeEach
  void listen() {
    network = new WireMock(endpoint.getHost(), endpoint.getPort());
    heal();
    logs.forEach(log -> log.beforeEach(null));
    System.setOut(new PrintStream(printed, false, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setOut(out);
    logs.forEach(log -> log.afterEach(null));
    heal();
  }

  @Test
  void whateverBecomesOfThem() throws Exception {
    append(body(1));
    append(body(1));
    append(body(1).replace(AMOUNT, AMOUNT.replace('8', '9')));
    append(body(2));
    append(body(4));
    append(body(1).replace("\"eventId\":\"", "\"eventId\":\"x"));
    append(body(1).replace("\"" + AMOUNT + "\"", AMOUNT));
    append(body(1).replace("\"" + AMOUNT + "\"", "\"" + AMOUNT + "0\""));
    append(body(1).replace("EUR", AMOUNT));
    append(body(1).replace("\"version\"", "\"" + DATA + "\":1,\"version\""));
    append(body(1).replace("2026-11-23T09:15:00+01:00", DATA));
    append(body(1).substring(0, 200));
    append(body(1) + DATA);
    append("\"" + DATA + "\"");
    append(body(1).replace(DATA, DATA.repeat(10_000)));
    Invocation.of(append, "{\"body\":\"" + AMOUNT + DATA);
    assertThat(statuses).contains(201, 200, 409, 400, 413).doesNotContain(500);

    readAll();
    Invocation.of(sweep, "{\"amount\":\"" + AMOUNT + "\"}");
    drain(message(), message().replace(AMOUNT, AMOUNT + "1"), DATA + AMOUNT, "{\"" + DATA);

    check();
    assertThat(metrics().names())
        .contains("Appends", "Reads", "Drained", "Sweeps", "CircuitBreakerOpen")
        .contains("EventTableAnswered", "PendingIndexAnswered", "DeadLetterQueueAnswered");
  }

  @Test
  void whileTheEventTableFails() throws Exception {
    List<ResponseDefinitionBuilder> failures =
        List.of(
            aResponse().withStatus(500).withBody(DATA),
            aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
            aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE),
            aResponse().withStatus(200).withBody("{\"Item\":[\"" + AMOUNT + "\"]}"),
            aResponse().withStatus(200).withBody(DATA),
            aResponse().withStatus(400).withBody(error("AccessDeniedException")),
            aResponse().withStatus(400).withBody(error("ValidationException")),
            aResponse().withStatus(400).withBody(wrongRequest()),
            aResponse().withStatus(200).withBody(item()));
    for (ResponseDefinitionBuilder failure : failures) {
      network.register(any(anyUrl()).willReturn(failure));
      append(body(1));
      append(body(2));
      readAll();
      try {
        Invocation.of(sweep, "{}");
      } catch (RuntimeException bug) {
        // The runtime prints it, and the invocation's caller gets its message.
        StringWriter story = new StringWriter();
        bug.printStackTrace(new PrintWriter(story));
        assertThat(story.toString()).doesNotContain("48151623", DATA);
      }
      drain(message());
    }
    assertThat(statuses).contains(202, 503, 500);

    check();
    assertThat(metrics().names()).contains("EventTableUnavailable", "FallbackQueueAnswered");
    assertThat(lines())
        .anySatisfy(
            line -> assertThat(line).contains("dependency=event-table", "AccessDeniedException"));
  }

  private void check() {
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .doesNotContain(AMOUNT, "48151623", DATA, CODE);
    assertThat(lines())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).doesNotContain("48151623", DATA));
  }

  /** What was printed is metrics, and nothing else. */
  private MetricLines metrics() {
    MetricLines metrics = new MetricLines();
    printed.toString(StandardCharsets.UTF_8).lines().forEach(metrics::add);
    return metrics;
  }

  private List<String> lines() {
    PatternFormatter everything = new PatternFormatter("%p %c %m %X %e");
    return logs.stream()
        .flatMap(log -> log.records().stream())
        .filter(line -> line.getLevel().intValue() >= Level.INFO.intValue())
        .map((ExtLogRecord line) -> everything.format(line))
        .toList();
  }

  private void heal() {
    network.resetMappings();
    network.register(any(anyUrl()).willReturn(aResponse().proxiedFrom(eventTableBehindTheNetwork)));
  }

  private static String body(int version) {
    return """
    {"eventId":"%s","version":%d,"type":"booked","price":{"amount":"%s","currency":"EUR"},\
    "occurredAt":"2026-11-23T09:15:00+01:00","data":{"guest":"%s"}}"""
        .formatted(new UUID(0x4000L, version), version, AMOUNT, DATA);
  }

  private static String error(String name) {
    return "{\"__type\":\"com.amazonaws.dynamodb.v20120810#%s\",\"message\":\"%s %s\"}"
        .formatted(name, AMOUNT, DATA);
  }

  /** What DynamoDB says of a request that it will never take. */
  private static String wrongRequest() {
    return error("ValidationException").replace(AMOUNT, "Supplied AttributeValue " + AMOUNT);
  }

  /** An item that holds no event. */
  private String item() {
    String attributes =
        "{\"bookingCode\":{\"S\":\"%s\"},\"amount\":{\"S\":\"%sx\"}}".formatted(code, AMOUNT);
    return "{\"Item\":%s,\"Items\":[%s]}".formatted(attributes, attributes);
  }

  private String message() throws IOException {
    return sampleMessage()
        .path("body")
        .textValue()
        .replace("412.50", AMOUNT)
        .replace("Zur Post", DATA)
        .replace("HTL-2026-004711", code);
  }

  private static ObjectNode sampleMessage() throws IOException {
    return (ObjectNode)
        Invocation.MAPPER.readTree(Samples.read("drain-batch.json")).path("Records").path(0);
  }

  private void append(String body) throws IOException {
    ObjectNode event = (ObjectNode) Invocation.MAPPER.readTree(Samples.read("append-new.json"));
    event.put("rawPath", "/bookings/" + code + "/events");
    event.withObject("/pathParameters").put("bookingCode", code);
    event.put("isBase64Encoded", true);
    event.put("body", Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
    invoke(append, event.toString());
  }

  private void readAll() throws IOException {
    for (String name : List.of("read-booking.json", "read-event.json", "read-events.json")) {
      invoke(read, Samples.read(name).replace("HTL-2026-004711", code));
    }
  }

  private void invoke(RequestStreamHandler function, String event) throws IOException {
    statuses.add(Invocation.of(function, event).path("statusCode").intValue());
  }

  private void drain(String... bodies) throws IOException {
    ObjectNode event = Invocation.MAPPER.createObjectNode();
    for (String body : bodies) {
      ObjectNode message = sampleMessage();
      message.put("messageId", UUID.randomUUID().toString());
      message.put("body", body);
      message.withObject("/attributes").put("MessageGroupId", code);
      event.withArray("/Records").add(message);
    }
    Invocation.of(drain, event.toString());
  }
}
