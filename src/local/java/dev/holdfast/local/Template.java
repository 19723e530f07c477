package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * What the local cloud takes from {@code template.yaml}, so that what runs on a desk is what is
 * deployed. Parameters have their defaults, {@code Package} excepted: it is what the package holds.
 */
final class Template {
  private static final List<String> TABLES =
      List.of("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable");
  private static final String QUEUE = "AWS::SQS::Queue";
  private static final String FUNCTION = "AWS::Serverless::Function";
  private static final String ROUTE = "AWS::ApiGatewayV2::Route";
  private static final String INTEGRATION = "AWS::ApiGatewayV2::Integration";
  private static final String ROLE = "AWS::IAM::Role";
  private static final String LOG_GROUP = "AWS::Logs::LogGroup";
  private static final String PIPE = "AWS::Pipes::Pipe";

  /** The property with which a template may name a resource itself, by type. */
  private static final Map<String, String> NAMES =
      Map.of(
          "AWS::DynamoDB::Table",
          "TableName",
          "AWS::DynamoDB::GlobalTable",
          "TableName",
          QUEUE,
          "QueueName",
          FUNCTION,
          "FunctionName",
          ROLE,
          "RoleName",
          LOG_GROUP,
          "LogGroupName");

  private static final List<String> FUNCTION_PROPERTIES =
      List.of("Handler", "Timeout", "MemorySize", "Environment", "Events", "Role", "Policies");
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(3);
  private static final int USUAL_MEMORY = 128;
  private static final int USUAL_BATCH = 10;

  private final Map<String, Object> document;
  private final Map<String, Object> parameters;

  private Template(Map<String, Object> document, Map<String, Object> parameters) {
    this.document = document;
    this.parameters = parameters;
  }

  /**
   * Reads a template.
   *
   * @param given values of parameters; one that the template has not is left out
   * @throws StartFailure if it cannot be read, or a parameter has neither value nor default
   */
  static Template read(Path file, Map<String, String> given) {
    Map<String, Object> document = TemplateReader.read(file);
    Map<String, Object> parameters = new HashMap<>();
    Trees.map(document.get("Parameters"))
        .forEach(
            (name, definition) -> {
              Object value = Trees.map(definition).get("Default");
              if (given.containsKey(name)) {
                value = given.get(name);
              }
              if (value != null) {
                parameters.put(name, value);
              }
            });
    return new Template(document, parameters);
  }

  /** A DynamoDB table and its indexes, ready to be created. */
  record Table(String logicalId, CreateTableRequest request) {
    String name() {
      return request.tableName();
    }

    String arn() {
      return "arn:aws:dynamodb:"
          + Intrinsics.REGION
          + ":"
          + Intrinsics.ACCOUNT
          + ":table/"
          + name();
    }
  }

  /**
   * An SQS queue.
   *
   * @param attributes all but the redrive policy
   * @param redrive where messages go that were received too often
   */
  record Queue(
      String logicalId,
      String name,
      Map<QueueAttributeName, String> attributes,
      Optional<Redrive> redrive) {
    String arn() {
      return "arn:aws:sqs:" + Intrinsics.REGION + ":" + Intrinsics.ACCOUNT + ":" + name;
    }
  }

  /**
   * A redrive policy.
   *
   * @param deadLetterArn as {@link Queue#arn} of the dead-letter queue
   */
  record Redrive(String deadLetterArn, int maxReceiveCount) {}

  /**
   * A Lambda function.
   *
   * @param name its name for people: the logical id without its suffix, such as {@code append}
   * @param physicalName its name for Lambda
   * @param memorySize in MB
   * @param role what it may do
   */
  record Function(
      String logicalId,
      String name,
      String physicalName,
      String handler,
      Duration timeout,
      int memorySize,
      Map<String, String> environment,
      Role role,
      List<Route> routes,
      List<QueueMapping> queueMappings,
      List<Schedule> schedules) {

    String arn() {
      return "arn:aws:lambda:"
          + Intrinsics.REGION
          + ":"
          + Intrinsics.ACCOUNT
          + ":function:"
          + physicalName;
    }

    /** Whether anything but a person calls it. */
    boolean hasEventSource() {
      return !routes.isEmpty() || !queueMappings.isEmpty() || !schedules.isEmpty();
    }
  }

  /** A queue that a function works off. */
  record QueueMapping(
      String queueArn, int batchSize, boolean reportsItemFailures, int maximumConcurrency) {}

  /** A function's timetable. */
  record Schedule(String logicalId, Duration rate, Optional<String> input) {}

  List<Table> tables() {
    Intrinsics intrinsics = intrinsics(Map.of());
    return resources(intrinsics)
        .filter(resource -> TABLES.contains(resource.type()))
        .map(resource -> table(resource, intrinsics))
        .toList();
  }

  List<Queue> queues() {
    Intrinsics intrinsics = intrinsics(Map.of());
    return resources(intrinsics)
        .filter(resource -> resource.type().equals(QUEUE))
        .map(resource -> queue(resource, intrinsics))
        .toList();
  }

  /** What puts events on the event bus. */
  List<Pipe> pipes() {
    Intrinsics intrinsics = intrinsics(Map.of());
    return resources(intrinsics)
        .filter(resource -> resource.type().equals(PIPE))
        .map(resource -> pipe(resource, intrinsics))
        .toList();
  }

  /**
   * The functions, Globals merged.
   *
   * @param queueUrls the URL of each queue by its logical id
   */
  List<Function> functions(Map<String, String> queueUrls) {
    Intrinsics intrinsics = intrinsics(queueUrls);
    Map<String, Object> globals =
        Trees.map(
            intrinsics.evaluate(Trees.map(Trees.map(document.get("Globals")).get("Function"))));
    List<Route> routes = routes(intrinsics);
    return resources(intrinsics)
        .filter(resource -> resource.type().equals(FUNCTION))
        .map(resource -> function(resource, globals, routes, intrinsics))
        .toList();
  }

  /** The routes of the HTTP API, each with the logical id of its function. */
  private List<Route> routes(Intrinsics intrinsics) {
    Map<String, String> functions = new HashMap<>();
    resources(intrinsics)
        .filter(resource -> resource.type().equals(FUNCTION))
        .forEach(
            resource ->
                functions.put(
                    intrinsics.attribute(resource.logicalId() + ".Arn"), resource.logicalId()));
    Map<String, String> targets = new HashMap<>();
    resources(intrinsics)
        .filter(resource -> resource.type().equals(INTEGRATION))
        .forEach(
            resource -> {
              String uri = evaluated(resource, "IntegrationUri", intrinsics);
              if (!functions.containsKey(uri)
                  || !evaluated(resource, "PayloadFormatVersion", intrinsics).equals("2.0")) {
                throw new StartFailure(
                    "The local cloud integrates functions of the template by their ARN, with"
                        + " payload 2.0, only; see "
                        + resource.logicalId());
              }
              targets.put(
                  "integrations/" + intrinsics.attribute(resource.logicalId() + ".Ref"),
                  functions.get(uri));
            });
    return resources(intrinsics)
        .filter(resource -> resource.type().equals(ROUTE))
        .map(
            resource -> {
              String target = evaluated(resource, "Target", intrinsics);
              if (!targets.containsKey(target)) {
                throw new StartFailure(
                    resource.logicalId() + " goes nowhere: the template has not " + target);
              }
              return Route.ofKey(evaluated(resource, "RouteKey", intrinsics), targets.get(target));
            })
        .toList();
  }

  private static String evaluated(Resource resource, String property, Intrinsics intrinsics) {
    return String.valueOf(intrinsics.evaluate(resource.properties().get(property)));
  }

  private record Resource(String logicalId, String type, Map<String, Object> properties) {}

  private java.util.stream.Stream<Resource> resources(Intrinsics intrinsics) {
    List<Resource> resources = new ArrayList<>();
    Trees.map(document.get("Resources"))
        .forEach(
            (logicalId, tree) -> {
              Map<String, Object> resource = Trees.map(tree);
              Object condition = resource.get("Condition");
              if (condition == null || intrinsics.holds(String.valueOf(condition))) {
                resources.add(
                    new Resource(
                        logicalId,
                        Trees.text(resource, "Type", ""),
                        Trees.map(resource.get("Properties"))));
              }
            });
    return resources.stream();
  }

  private Intrinsics intrinsics(Map<String, String> queueUrls) {
    Map<String, Object> types = new HashMap<>();
    Map<String, Object> resources = Trees.map(document.get("Resources"));
    resources.forEach((id, tree) -> types.put(id, Trees.text(Trees.map(tree), "Type", "")));
    return new Intrinsics(
        parameters,
        Trees.map(document.get("Conditions")),
        Trees.map(document.get("Mappings")),
        (logicalId, attribute, intrinsics) -> {
          if (!types.containsKey(logicalId)) {
            throw new StartFailure("The template refers to " + logicalId + ", which it has not.");
          }
          String type = String.valueOf(types.get(logicalId));
          Map<String, Object> properties =
              Trees.map(Trees.map(resources.get(logicalId)).get("Properties"));
          String name = physicalName(new Resource(logicalId, type, properties), intrinsics);
          if (attribute.equals(Intrinsics.REF) && type.equals(QUEUE)) {
            return queueUrls.getOrDefault(logicalId, name);
          }
          return attribute(type, name, attribute);
        });
  }

  private static String attribute(String type, String name, String attribute) {
    String account = Intrinsics.REGION + ":" + Intrinsics.ACCOUNT + ":";
    return switch (attribute) {
      case Intrinsics.REF, "QueueName" -> name;
      case "StreamArn" -> "arn:aws:dynamodb:" + account + "table/" + name + "/stream/local";
      case "Arn" ->
          switch (type) {
            case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable" ->
                "arn:aws:dynamodb:" + account + "table/" + name;
            case QUEUE -> "arn:aws:sqs:" + account + name;
            case FUNCTION -> "arn:aws:lambda:" + account + "function:" + name;
            case ROLE -> "arn:aws:iam::" + Intrinsics.ACCOUNT + ":role/" + name;
            case LOG_GROUP -> "arn:aws:logs:" + account + "log-group:" + name + ":*";
            default -> name + ".Arn";
          };
      default -> name + "." + attribute;
    };
  }

  private static String physicalName(Resource resource, Intrinsics intrinsics) {
    Object given =
        intrinsics.evaluate(resource.properties().get(NAMES.getOrDefault(resource.type(), "")));
    if (given instanceof String name) {
      return name;
    }
    boolean fifo = Boolean.parseBoolean(Trees.text(resource.properties(), "FifoQueue", "false"));
    return Intrinsics.STACK + "-" + resource.logicalId() + (fifo ? ".fifo" : "");
  }

  private static Table table(Resource resource, Intrinsics intrinsics) {
    Map<String, Object> properties = resource.properties();
    CreateTableRequest.Builder request =
        CreateTableRequest.builder()
            .tableName(physicalName(resource, intrinsics))
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .keySchema(keys(intrinsics.evaluate(properties.get("KeySchema"))))
            .attributeDefinitions(
                maps(intrinsics.evaluate(properties.get("AttributeDefinitions"))).stream()
                    .map(
                        attribute ->
                            AttributeDefinition.builder()
                                .attributeName(Trees.text(attribute, "AttributeName", ""))
                                .attributeType(Trees.text(attribute, "AttributeType", "S"))
                                .build())
                    .toList());
    List<GlobalSecondaryIndex> indexes =
        maps(intrinsics.evaluate(properties.get("GlobalSecondaryIndexes"))).stream()
            .map(Template::index)
            .toList();
    if (!indexes.isEmpty()) {
      request.globalSecondaryIndexes(indexes);
    }
    if (intrinsics.evaluate(properties.get("StreamSpecification"))
        instanceof Map<?, ?> specification) {
      String view = Trees.text(Trees.map(specification), "StreamViewType", "");
      request.streamSpecification(it -> it.streamEnabled(true).streamViewType(view));
    }
    return new Table(resource.logicalId(), request.build());
  }

  private static GlobalSecondaryIndex index(Map<String, Object> index) {
    Map<String, Object> projection = Trees.map(index.get("Projection"));
    Projection.Builder projected =
        Projection.builder().projectionType(Trees.text(projection, "ProjectionType", "ALL"));
    List<String> attributes =
        Trees.list(projection.get("NonKeyAttributes")).stream().map(String::valueOf).toList();
    if (!attributes.isEmpty()) {
      projected.nonKeyAttributes(attributes);
    }
    return GlobalSecondaryIndex.builder()
        .indexName(Trees.text(index, "IndexName", ""))
        .keySchema(keys(index.get("KeySchema")))
        .projection(projected.build())
        .build();
  }

  private static List<KeySchemaElement> keys(Object schema) {
    return maps(schema).stream()
        .map(
            key ->
                KeySchemaElement.builder()
                    .attributeName(Trees.text(key, "AttributeName", ""))
                    .keyType(Trees.text(key, "KeyType", "HASH"))
                    .build())
        .toList();
  }

  private static Queue queue(Resource resource, Intrinsics intrinsics) {
    Map<String, Object> properties = Trees.map(intrinsics.evaluate(resource.properties()));
    Map<QueueAttributeName, String> attributes = new TreeMap<>();
    properties.forEach(
        (name, value) -> {
          QueueAttributeName attribute = QueueAttributeName.fromValue(name);
          if (attribute != QueueAttributeName.UNKNOWN_TO_SDK_VERSION
              && !(value instanceof Map<?, ?>)) {
            attributes.put(attribute, String.valueOf(value));
          }
        });
    Map<String, Object> policy = Trees.map(properties.get("RedrivePolicy"));
    Optional<Redrive> redrive =
        policy.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Redrive(
                    Trees.text(policy, "deadLetterTargetArn", ""),
                    Trees.number(policy, "maxReceiveCount", USUAL_BATCH)));
    return new Queue(resource.logicalId(), physicalName(resource, intrinsics), attributes, redrive);
  }

  private static Pipe pipe(Resource resource, Intrinsics intrinsics) {
    Map<String, Object> properties = Trees.map(intrinsics.evaluate(resource.properties()));
    Map<String, Object> sources = Trees.map(properties.get("SourceParameters"));
    Map<String, Object> target = Trees.map(properties.get("TargetParameters"));
    Map<String, Object> bus = Trees.map(target.get("EventBridgeEventBusParameters"));
    return new Pipe(
        resource.logicalId(),
        Trees.text(properties, "Source", ""),
        maps(Trees.map(sources.get("FilterCriteria")).get("Filters")).stream()
            .map(filter -> pattern(resource, Trees.text(filter, "Pattern", "")))
            .toList(),
        Trees.text(target, "InputTemplate", ""),
        Trees.text(bus, "Source", ""),
        Trees.text(bus, "DetailType", ""));
  }

  private static JsonNode pattern(Resource resource, String json) {
    return Json.parse(Buffer.buffer(json))
        .orElseThrow(() -> new StartFailure(resource.logicalId() + " has no JSON for a pattern."));
  }

  private Function function(
      Resource resource, Map<String, Object> globals, List<Route> routes, Intrinsics intrinsics) {
    Map<String, Object> properties = new LinkedHashMap<>(globals);
    // Tags and the like are of no meaning here; what is not read need not be understood.
    for (String name : FUNCTION_PROPERTIES) {
      if (resource.properties().containsKey(name)) {
        properties.put(name, intrinsics.evaluate(resource.properties().get(name)));
      }
    }
    Map<String, String> environment = new TreeMap<>();
    environment.putAll(variables(globals));
    environment.putAll(variables(properties));
    List<QueueMapping> mappings = new ArrayList<>();
    List<Schedule> schedules = new ArrayList<>();
    Trees.map(properties.get("Events"))
        .forEach(
            (id, tree) -> {
              Map<String, Object> event = Trees.map(tree);
              Map<String, Object> details = Trees.map(event.get("Properties"));
              switch (Trees.text(event, "Type", "")) {
                case "SQS" -> mappings.add(mapping(details));
                case "Schedule" -> schedules.add(schedule(id, details, "Schedule"));
                case "ScheduleV2" -> schedules.add(schedule(id, details, "ScheduleExpression"));
                default -> throw new StartFailure("The local cloud has no event source for " + id);
              }
            });
    return new Function(
        resource.logicalId(),
        shortName(resource.logicalId()),
        physicalName(resource, intrinsics),
        Trees.text(properties, "Handler", ""),
        Duration.ofSeconds(
            Trees.number(properties, "Timeout", Math.toIntExact(USUAL_TIMEOUT.toSeconds()))),
        Trees.number(properties, "MemorySize", USUAL_MEMORY),
        environment,
        role(properties, intrinsics),
        routes.stream().filter(route -> route.function().equals(resource.logicalId())).toList(),
        List.copyOf(mappings),
        List.copyOf(schedules));
  }

  private static Map<String, String> variables(Map<String, Object> properties) {
    return Trees.map(Trees.map(properties.get("Environment")).get("Variables")).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue())));
  }

  /** A function's own role, or the one that SAM would make of its policies. */
  private Role role(Map<String, Object> properties, Intrinsics intrinsics) {
    if (!properties.containsKey("Role")) {
      Object policies = properties.get("Policies");
      return Role.of(policies instanceof List<?> ? maps(policies) : List.of(Trees.map(policies)));
    }
    String arn = String.valueOf(properties.get("Role"));
    return resources(intrinsics)
        .filter(resource -> resource.type().equals(ROLE))
        .filter(resource -> intrinsics.attribute(resource.logicalId() + ".Arn").equals(arn))
        .findFirst()
        .map(resource -> intrinsics.evaluate(resource.properties().get("Policies")))
        .map(
            policies ->
                Role.of(
                    maps(policies).stream()
                        .map(policy -> Trees.map(policy.get("PolicyDocument")))
                        .toList()))
        .orElse(Role.NONE);
  }

  private static QueueMapping mapping(Map<String, Object> details) {
    Map<String, Object> scaling = Trees.map(details.get("ScalingConfig"));
    return new QueueMapping(
        Trees.text(details, "Queue", ""),
        Trees.number(details, "BatchSize", USUAL_BATCH),
        Trees.list(details.get("FunctionResponseTypes")).contains("ReportBatchItemFailures"),
        Trees.number(scaling, "MaximumConcurrency", Integer.MAX_VALUE));
  }

  private static Schedule schedule(String id, Map<String, Object> details, String key) {
    String expression = Trees.text(details, key, "");
    Duration rate =
        Durations.parseRate(expression)
            .orElseThrow(
                () ->
                    new StartFailure(
                        "The local cloud runs rate(...) schedules only; "
                            + id
                            + " is "
                            + expression));
    return new Schedule(id, rate, Optional.ofNullable(details.get("Input")).map(String::valueOf));
  }

  private static String shortName(String logicalId) {
    String name =
        logicalId.endsWith("Function") && logicalId.length() > "Function".length()
            ? logicalId.substring(0, logicalId.length() - "Function".length())
            : logicalId;
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  private static List<Map<String, Object>> maps(Object tree) {
    return Trees.list(tree).stream().map(Trees::map).toList();
  }
}
