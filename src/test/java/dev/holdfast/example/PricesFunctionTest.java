package dev.holdfast.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.asyncapi.FeedDocument;
import dev.holdfast.aws.EmbeddedDynamoDb;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.ApiRequest;
import dev.holdfast.openapi.ApiResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The example of a consumer, over a real table and an API that answers as docs/openapi.yaml says,
 * with deliveries as bad as EventBridge may make them.
 */
@Tag("slow")
class PricesFunctionTest {

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SdkHttpClient HTTP = ApacheHttpClient.create();

  /** What the ledger holds, by booking code. */
  private static final Map<String, List<ObjectNode>> LEDGER = new ConcurrentHashMap<>();

  private static final Map<String, String> HEADERS =
      Map.of("content-type", "application/json", "cache-control", "no-store");
  private static final List<String> FAULTS = Collections.synchronizedList(new ArrayList<>());
  private static volatile boolean isDown;
  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static HttpServer api;

  private final Context context = Latecomer.context();
  private PricesFunction function;

  @BeforeAll
  static void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/", PricesFunctionTest::answer);
    api.start();
    Latecomer.createTable(DYNAMO_DB.client());
  }

  @AfterAll
  static void stop() {
    api.stop(0);
    HTTP.close();
  }

  @BeforeEach
  void makeFunction() {
    isDown = false;
    REQUESTS.set(0);
    function =
        new PricesFunction(
            new CurrentPrices(DYNAMO_DB.client(), Latecomer.TABLE),
            new Ledger(
                HTTP,
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")),
                "eu-central-1",
                URI.create("http://127.0.0.1:" + api.getAddress().getPort())));
  }

  @AfterEach
  void theApiOfThisTestIsTheLedgers() {
    assertThat(FAULTS).isEmpty();
  }

  // ---------------------------------------------------------------- The API

  private static void answer(HttpExchange exchange) throws IOException {
    REQUESTS.incrementAndGet();
    URI asked = exchange.getRequestURI();
    if (!String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=key/")) {
      FAULTS.add("not signed: " + asked);
    }
    int from = Integer.parseInt(asked.getQuery().replaceFirst(".*from=([0-9]+).*", "$1"));
    String code = asked.getPath().split("/", -1)[2];
    ObjectNode page = JSON.createObjectNode().put("bookingCode", code);
    ArrayNode events = page.putArray("events");
    // Small pages: a booking that was changed often has several.
    LEDGER.get(code).stream().skip(from - 1L).limit(3).forEach(events::add);
    if (from + 2 < LEDGER.get(code).size()) {
      page.put("next", "/bookings/" + code + "/events?from=" + (from + 3) + "&limit=3&order=asc");
    }
    if (!isDown) {
      FAULTS.addAll(
          ApiDocument.published()
              .faults(
                  new ApiRequest(
                      "GET",
                      asked.getPath(),
                      List.of(Map.entry("from", Integer.toString(from))),
                      Map.of(),
                      Optional.empty(),
                      Optional.empty()),
                  new ApiResponse(200, HEADERS, page.toString())));
    }
    byte[] body =
        (isDown ? "{\"type\":\"/problems/unavailable\"}" : page.toString())
            .getBytes(StandardCharsets.UTF_8);
    HEADERS.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.sendResponseHeaders(isDown ? 503 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  // ---------------------------------------------------------------- The feed

  /** Records events of a booking with so many versions. */
  private static List<ObjectNode> record(String code, int versions) {
    List<ObjectNode> events = new ArrayList<>();
    for (int version = 1; version <= versions; version++) {
      ObjectNode event =
          JSON.createObjectNode()
              .put("bookingCode", code)
              .put("version", version)
              .put("eventId", UUID.randomUUID().toString())
              .put("type", "booked");
      event.putObject("price").put("amount", version + "00.00").put("currency", "EUR");
      event
          .put("occurredAt", "2026-11-23T09:15:00+01:00")
          .put("recordedAt", "2026-11-23T08:15:00.120Z")
          .put("status", "recorded");
      events.add(event);
    }
    LEDGER.put(code, events);
    return events;
  }

  /** A message of the queue, with what a rule on the bus delivers. */
  private static SQSEvent.SQSMessage message(ObjectNode event) {
    ObjectNode data = event.deepCopy();
    data.remove("status");
    data.put("version", event.path("version").asText());
    ObjectNode delivery =
        JSON.createObjectNode()
            .put("id", UUID.randomUUID().toString())
            .put("detail-type", "Price event recorded")
            .put("source", "holdfast")
            .put("time", "2026-11-23T08:15:01Z");
    delivery
        .putObject("detail")
        .put("specversion", "1.0")
        .put("id", event.path("bookingCode").asText() + "/" + event.path("version").asText())
        .put("source", "/holdfast/holdfast")
        .put("type", "dev.holdfast.price-event.recorded")
        .put("subject", event.path("bookingCode").asText())
        .put("time", event.path("recordedAt").asText())
        .put("datacontenttype", "application/json")
        .set("data", data);
    assertThat(new FeedDocument().faults(delivery)).isEmpty();
    return message(delivery.toString());
  }

  private static SQSEvent.SQSMessage message(String body) {
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setMessageId(UUID.randomUUID().toString());
    message.setBody(body);
    return message;
  }

  /** Hands messages over, and answers those that come again. */
  private List<SQSEvent.SQSMessage> hand(List<SQSEvent.SQSMessage> messages) {
    SQSEvent batch = new SQSEvent();
    batch.setRecords(messages);
    List<String> again =
        function.handleRequest(batch, context).getBatchItemFailures().stream()
            .map(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
            .toList();
    return messages.stream().filter(it -> again.contains(it.getMessageId())).toList();
  }

  private static String price(String code) {
    Map<String, AttributeValue> item =
        DYNAMO_DB
            .client()
            .getItem(
                it ->
                    it.tableName(Latecomer.TABLE)
                        .key(Map.of("bookingCode", AttributeValue.fromS(code)))
                        .consistentRead(true))
            .item();
    return item.isEmpty()
        ? "none"
        : item.get("version").n() + ": " + item.get("amount").s() + " " + item.get("currency").s();
  }

  // ---------------------------------------------------------------- What it does

  @Test
  void appliesOneAfterTheOtherWithoutAsking() {
    List<ObjectNode> events = record("IN-ORDER", 3);
    assertThat(hand(events.stream().map(PricesFunctionTest::message).toList())).isEmpty();
    assertThat(price("IN-ORDER")).isEqualTo("3: 300.00 EUR");
    assertThat(REQUESTS).hasValue(0);
  }

  @Test
  void ignoresWhatItHas() {
    List<ObjectNode> events = record("TWICE", 3);
    hand(events.stream().map(PricesFunctionTest::message).toList());
    assertThat(hand(List.of(message(events.get(0)), message(events.get(2))))).isEmpty();
    assertThat(price("TWICE")).isEqualTo("3: 300.00 EUR");
    assertThat(REQUESTS).hasValue(0);
  }

  @Test
  void fetchesWhatIsMissingPageByPage() {
    List<ObjectNode> events = record("GAP", 9);
    assertThat(hand(List.of(message(events.get(7))))).isEmpty();
    assertThat(price("GAP")).isEqualTo("9: 900.00 EUR");
    assertThat(REQUESTS).hasValue(3);
  }

  @Test
  void leavesTheGapToALaterTryWhileTheLedgerDoesNotAnswer() {
    List<ObjectNode> events = record("DOWN", 2);
    isDown = true;
    List<SQSEvent.SQSMessage> again = hand(List.of(message(events.get(1))));
    assertThat(again).hasSize(1);
    assertThat(price("DOWN")).isEqualTo("none");
    isDown = false;
    assertThat(hand(again)).isEmpty();
    assertThat(price("DOWN")).isEqualTo("2: 200.00 EUR");
  }

  /** It may come to nothing where two stores fail at once; the feed brings it when it stands. */
  @Test
  void doesNotApplyWhatIsPending() {
    List<ObjectNode> events = record("PENDING", 3);
    events.subList(1, 3).forEach(event -> event.put("status", "pending"));
    List<SQSEvent.SQSMessage> again = hand(List.of(message(events.get(2))));
    assertThat(again).hasSize(1);
    assertThat(price("PENDING")).isEqualTo("1: 100.00 EUR");
    events.subList(1, 3).forEach(event -> event.put("status", "recorded"));
    assertThat(hand(again)).isEmpty();
    assertThat(price("PENDING")).isEqualTo("3: 300.00 EUR");
  }

  @Test
  void aMessageThatMakesNoSenseHoldsUpNoOther() {
    ObjectNode event = record("GOOD", 1).get(0);
    SQSEvent.SQSMessage broken = message("{\"detail\":");
    SQSEvent.SQSMessage empty =
        message("{\"detail\":{\"type\":\"dev.holdfast.price-event.recorded\",\"data\":{}}}");
    SQSEvent.SQSMessage another = message("{\"detail\":{\"type\":\"of.a.later.day\"}}");
    assertThat(hand(List.of(broken, empty, another, message(event))))
        .containsExactly(broken, empty);
    assertThat(price("GOOD")).isEqualTo("1: 100.00 EUR");
  }

  /** Whatever the order and however often: in the end the table has each last price. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void endsWithTheLastPricesWhateverTheDelivery(long seed) {
    Random random = new Random(seed);
    List<SQSEvent.SQSMessage> messages = new ArrayList<>();
    Map<String, String> last = new HashMap<>();
    IntStream.range(0, 5)
        .forEach(
            number -> {
              String code = "SEED-" + seed + "-" + number;
              int versions = 1 + random.nextInt(8);
              for (ObjectNode event : record(code, versions)) {
                messages.add(message(event));
                if (random.nextInt(3) == 0) {
                  messages.add(message(event));
                }
              }
              last.put(code, versions + ": " + versions + "00.00 EUR");
            });
    Collections.shuffle(messages, random);
    List<SQSEvent.SQSMessage> left = messages;
    while (!left.isEmpty()) {
      isDown = random.nextInt(4) == 0;
      left = hand(left);
    }
    last.forEach((code, price) -> assertThat(price(code)).as(code).isEqualTo(price));
  }

  /** Its own pom.xml names what it was compiled and tested with. */
  @Test
  void itsOwnDependenciesAreTheOnesOfThisBuild() throws Exception {
    Element pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("examples", "consumer", "pom.xml").toFile())
            .getDocumentElement();
    NodeList dependencies = pom.getElementsByTagName("dependency");
    assertThat(dependencies.getLength()).isEqualTo(5);
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      String version = text(dependency, "version").replaceAll("[${}]", "");
      assertThat(System.getProperty("java.class.path"))
          .contains(text(dependency, "artifactId") + "-" + text(pom, version) + ".jar");
    }
  }

  private static String text(Element element, String name) {
    return element.getElementsByTagName(name).item(0).getTextContent();
  }
}
