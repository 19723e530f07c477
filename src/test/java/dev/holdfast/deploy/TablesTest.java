package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.holdfast.aws.Clients;
import dev.holdfast.aws.PendingTable;
import dev.holdfast.booking.Amount;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Currency;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.Fingerprint;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.BacklogIndex;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTableScan;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Kept;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.Shard;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The tables of the template against the adapters that use them: every method of every port is
 * called, and what its adapter asks of DynamoDB must fit the table's keys and indexes.
 */
@Tag("slow")
class TablesTest {

  private static final AcceptedEvent EVENT = event(Version.FIRST);

  /** A first event takes another way through an adapter. */
  private static final List<AcceptedEvent> EVENTS = List.of(EVENT, event(new Version(2)));

  private static AcceptedEvent event(Version version) {
    return new AcceptedEvent(
        new PriceEvent(
            new BookingCode("HOTEL-1"),
            version,
            new EventId(UUID.fromString("7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d")),
            new EventType("booked"),
            new Price(new Amount("1.00"), new Currency("EUR")),
            new OccurredAt("2026-11-23T09:15:00+01:00"),
            Optional.empty()),
        new EventIdentity(
            new EventId(UUID.fromString("7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d")),
            new Fingerprint("0".repeat(64))),
        Instant.parse("2026-11-23T09:15:00Z"));
  }

  private static final Decision DECISION =
      new Decision(new Decision.Action.Discard(), "jane", "sold twice", Instant.EPOCH);

  /** An argument of each type that a method of a port takes. */
  private static final Map<Class<?>, Object> EXAMPLES =
      Map.ofEntries(
          Map.entry(BacklogIndex.Kind.class, BacklogIndex.Kind.WAITING),
          Map.entry(BookingCode.class, EVENT.bookingCode()),
          Map.entry(Decision.class, DECISION),
          Map.entry(EventId.class, EVENT.identity().eventId()),
          Map.entry(EventIdentity.class, EVENT.identity()),
          Map.entry(
              EventTable.Range.class,
              new EventTable.Range(Optional.empty(), 10, EventTable.Order.ASCENDING)),
          Map.entry(EventTableScan.Segment.class, new EventTableScan.Segment(0, 1)),
          Map.entry(
              EventTableScan.Position.class,
              new EventTableScan.Position(EVENT.bookingCode(), Version.FIRST)),
          Map.entry(
              EventTableScan.Selection.class,
              new EventTableScan.Selection.RecordedWithin(
                  Optional.of(Instant.EPOCH), Optional.of(Instant.EPOCH))),
          // One that is in every sparse index.
          Map.entry(
              Head.class,
              new Head(
                  EVENT.bookingCode(),
                  Optional.of(EVENT.identity()),
                  List.of(EVENT),
                  Optional.empty(),
                  new Head.State.Pending(Instant.EPOCH),
                  1,
                  Instant.EPOCH,
                  List.of(new Kept(EVENT, Instant.EPOCH, Optional.of(DECISION))))),
          Map.entry(Instant.class, Instant.EPOCH),
          Map.entry(
              Resolution.class, new Resolution(DECISION, EVENT, Instant.EPOCH, Instant.EPOCH)),
          Map.entry(Shard.class, Shard.of(EVENT.bookingCode())),
          Map.entry(Version.class, Version.FIRST),
          Map.entry(Duration.class, Duration.ofSeconds(1)),
          Map.entry(String.class, "text"),
          Map.entry(boolean.class, true),
          Map.entry(int.class, 10),
          Map.entry(long.class, 10L));

  private static final Pattern OPERAND =
      Pattern.compile("(\\w+) *[=<>]+ *(?:if_not_exists\\(\\w+, *)?(:\\w+)");

  private final List<Object> requests = new CopyOnWriteArrayList<>();

  private final DynamoDbClient client =
      mock(
          DynamoDbClient.class,
          call -> {
            if (call.getArguments().length == 1) {
              requests.add(call.getArgument(0));
            }
            // Neither an answer nor an outage, which would be logged: it ends the call.
            throw new UnsupportedOperationException("Asked enough");
          });

  @ParameterizedTest
  @CsvSource({"EventTable, unclaimed", "PendingIndex, conflict pending"})
  void aTableHasWhatItsAdaptersAskFor(String table, String sparseIndexes) {
    Set<Class<?>> adapters = adapters(table);
    assertThat(adapters).isNotEmpty();

    for (AcceptedEvent event : EVENTS) {
      adapters.forEach(adapter -> callEveryMethod(adapter, event));
    }

    fits(DeploymentTemplate.properties(table), Set.of(sparseIndexes.split(" ")));
  }

  @Test
  void everyDeclaredAttributeIsAKey() {
    for (String table : List.of("EventTable", "PendingIndex")) {
      Tree properties = DeploymentTemplate.properties(table);
      Set<String> keys = new TreeSet<>(keys(properties));
      indexes(properties).values().forEach(index -> keys.addAll(keys(index)));

      assertThat(types(properties).keySet()).as(table).isEqualTo(keys);
    }
  }

  /**
   * What reads or writes a table; each is named after its port, which is about the one or the
   * other.
   */
  private static Set<Class<?>> adapters(String table) {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.holdfast.aws")
            .stream()
            .filter(type -> type.getSimpleName().startsWith("DynamoDb"))
            .filter(
                type ->
                    table.equals(
                        type.getSimpleName().contains("EventTable")
                            ? "EventTable"
                            : "PendingIndex"))
            .map(JavaClass::reflect)
            .collect(Collectors.toSet());
  }

  private void callEveryMethod(Class<?> type, AcceptedEvent event) {
    Object adapter = adapter(type);
    for (Class<?> port : type.getInterfaces()) {
      for (Method method : port.getMethods()) {
        int before = requests.size();
        Object[] arguments =
            Arrays.stream(method.getGenericParameterTypes())
                .map(parameter -> example(parameter, event))
                .toArray();
        try {
          method.invoke(adapter, arguments);
        } catch (InvocationTargetException ended) {
          // As it should: the client has heard what it was asked.
        } catch (IllegalAccessException notOfAPort) {
          throw new LinkageError(method + " is not open", notOfAPort);
        }
        assertThat(requests).as(method + " asks for something").hasSizeGreaterThan(before);
      }
    }
  }

  private Object adapter(Class<?> type) {
    Constructor<?> constructor = type.getConstructors()[0];
    Object[] arguments =
        Arrays.stream(constructor.getParameterTypes())
            .map(
                parameter -> {
                  if (parameter == DynamoDbClient.class) {
                    return client;
                  }
                  if (parameter == PendingTable.class) {
                    return new PendingTable(
                        List.of(client), "text", Duration.ofSeconds(1), Clients.unmeasured());
                  }
                  return EXAMPLES.containsKey(parameter)
                      ? EXAMPLES.get(parameter)
                      : mock(parameter);
                })
            .toArray();
    try {
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException failure) {
      throw new LinkageError(type + " cannot be made", failure);
    }
  }

  private static Object example(Type type, AcceptedEvent event) {
    if (type == AcceptedEvent.class) {
      return event;
    }
    if (type instanceof ParameterizedType optional) {
      assertThat(optional.getRawType()).isEqualTo(Optional.class);
      // Of a position, each adapter takes only its own.
      return Optional.ofNullable(EXAMPLES.get(optional.getActualTypeArguments()[0]));
    }
    assertThat(EXAMPLES)
        .as("an example of each type that a port's method takes")
        .containsKey((Class<?>) type);
    return EXAMPLES.get(type);
  }

  private void fits(Tree table, Set<String> sparseIndexes) {
    Set<String> usedIndexes = new TreeSet<>();
    StringBuilder written = new StringBuilder();
    for (Object request : requests) {
      if (request instanceof GetItemRequest get) {
        isKey(get.key(), table);
      } else if (request instanceof UpdateItemRequest update) {
        isKey(update.key(), table);
        hasTypes(operands(update.updateExpression(), update.expressionAttributeValues()), table);
        written.append(update.updateExpression());
      } else if (request instanceof PutItemRequest put) {
        hasTypes(put.item(), table);
        assertThat(put.item().keySet()).containsAll(keys(table));
        written.append(put.item().keySet());
      } else if (request instanceof QueryRequest query) {
        Optional<String> index = Optional.ofNullable(query.indexName());
        index.ifPresent(usedIndexes::add);
        Tree queried = index.map(name -> indexes(table).get(name)).orElse(table);
        assertThat(queried).as("index " + index).isNotNull();
        Map<String, AttributeValue> operands =
            operands(query.keyConditionExpression(), query.expressionAttributeValues());
        assertThat(operands).isNotEmpty();
        assertThat(keys(queried)).containsAll(operands.keySet());
        hasTypes(operands, table);
      } else if (request instanceof ScanRequest scan) {
        assertThat(scan.indexName()).isNull();
        isKey(scan.exclusiveStartKey(), table);
      } else {
        throw new AssertionError("A call that this test does not know: " + request);
      }
    }
    assertThat(usedIndexes).isEqualTo(sparseIndexes).isEqualTo(indexes(table).keySet());
    // Sparse: whoever owes writes the index's keys.
    assertThat(sparseIndexes.stream().flatMap(index -> keys(indexes(table).get(index)).stream()))
        .allSatisfy(key -> assertThat(written.toString()).contains(key));
  }

  private static void isKey(Map<String, AttributeValue> key, Tree table) {
    assertThat(key.keySet()).isEqualTo(keys(table));
    hasTypes(key, table);
  }

  /** Whether what is a key somewhere has the type that the table declares. */
  private static void hasTypes(Map<String, AttributeValue> item, Tree table) {
    types(table)
        .forEach(
            (name, type) -> {
              if (item.containsKey(name)) {
                assertThat(item.get(name).type().name()).as(name).isEqualTo(type);
              }
            });
  }

  /** What an expression compares attributes with, or sets them to. */
  private static Map<String, AttributeValue> operands(
      String expression, Map<String, AttributeValue> values) {
    Map<String, AttributeValue> operands = new TreeMap<>();
    OPERAND
        .matcher(expression)
        .results()
        .forEach(found -> operands.put(found.group(1), values.get(found.group(2))));
    return operands;
  }

  private static Set<String> keys(Tree tableOrIndex) {
    return tableOrIndex.at("KeySchema").list().stream()
        .map(key -> key.at("AttributeName").text())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, Tree> indexes(Tree table) {
    Map<String, Tree> indexes = new LinkedHashMap<>();
    table
        .at("GlobalSecondaryIndexes")
        .list()
        .forEach(index -> indexes.put(index.at("IndexName").text(), index));
    return indexes;
  }

  private static Map<String, String> types(Tree table) {
    Map<String, String> types = new TreeMap<>();
    table
        .at("AttributeDefinitions")
        .list()
        .forEach(
            attribute ->
                types.put(
                    attribute.at("AttributeName").text(), attribute.at("AttributeType").text()));
    return types;
  }
}
