package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.common.base.CaseFormat;
import dev.holdfast.local.Intrinsics.Resource;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * What the local cloud takes from {@code template.yaml}, so that what runs on a desk is what is
 * deployed. Parameters have their defaults, {@code Package} excepted: it is what the package holds.
 *
 * @param parameters the values of the parameters by name
 */
record Template(JsonNode document, Map<String, JsonNode> parameters) {
  private static final int USUAL_TIMEOUT_SECONDS = 3;
  private static final int USUAL_MEMORY = 128;
  private static final int USUAL_BATCH = 10;
  private static final Pattern RATE =
      Pattern.compile("rate\\(\\s*(\\d{1,9})\\s+(second|minute|hour|day)s?\\s*\\)");

  /**
   * Reads a template.
   *
   * @param given values of parameters; one that the template has not is left out
   * @throws StartFailure if it cannot be read, or a parameter has neither value nor default
   */
  static Template read(Path file, Map<String, String> given) {
    JsonNode document = Json.MAPPER.valueToTree(TemplateReader.read(file));
    Map<String, JsonNode> parameters = new HashMap<>();
    for (Map.Entry<String, JsonNode> parameter : document.path("Parameters").properties()) {
      String name = parameter.getKey();
      if (given.containsKey(name)) {
        parameters.put(name, TextNode.valueOf(given.get(name)));
      } else if (parameter.getValue().has("Default")) {
        parameters.put(name, parameter.getValue().get("Default"));
      }
    }
    return new Template(document, parameters);
  }

  /** A DynamoDB table and its indexes, ready to be created. */
  record Table(String logicalId, String arn, CreateTableRequest request) {
    String name() {
      return request.tableName();
    }
  }

  /**
   * An SQS queue.
   *
   * @param attributes ready to be created with, but that a redrive policy has the dead-letter
   *     queue's ARN as it is here
   */
  record Queue(
      String logicalId, String name, String arn, Map<QueueAttributeName, String> attributes) {}

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
      String arn,
      String handler,
      Duration timeout,
      int memorySize,
      Map<String, String> environment,
      Role role,
      List<ApiRoute> routes,
      List<QueueMapping> queueMappings,
      List<Schedule> schedules) {

    /** Whether anything but a person calls it. */
    boolean hasEventSource() {
      return !routes.isEmpty() || !queueMappings.isEmpty() || !schedules.isEmpty();
    }
  }

  /** A queue that a function works off. */
  record QueueMapping(
      String queueArn, int batchSize, boolean reportsItemFailures, int maximumConcurrency) {}

  /** A function's timetable. */
  record Schedule(String logicalId, Duration rate, Optional<String> input) {
    /** What the function is called with: its input, or what the scheduler makes up. */
    Buffer event(Instant now) {
      ObjectNode event = Pipe.envelope("Scheduled Event", "aws.scheduler", now);
      String name = Intrinsics.STACK + "-" + logicalId;
      event.withArray("resources").add(Intrinsics.arn("scheduler", "schedule/default/" + name));
      return input.map(Buffer::buffer).orElseGet(() -> Json.buffer(event.put("detail", "{}")));
    }
  }

  List<Table> tables() {
    return all(Template::table, "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable");
  }

  List<Queue> queues() {
    return all(Template::queue, "AWS::SQS::Queue");
  }

  /** The one of that ARN, if it is the template's. */
  Optional<Queue> queue(String arn) {
    return queues().stream().filter(queue -> queue.arn().equals(arn)).findFirst();
  }

  /** What puts events on the event bus. */
  List<Pipe> pipes() {
    return all(Template::pipe, "AWS::Pipes::Pipe");
  }

  private <T> List<T> all(java.util.function.Function<Resource, T> reader, String... types) {
    return new Intrinsics(document, parameters, Map.of())
        .resources(types).stream().map(reader).toList();
  }

  /**
   * The functions, Globals merged.
   *
   * @param queueUrls the URL of each queue by its logical id
   */
  List<Function> functions(Map<String, String> queueUrls) {
    Intrinsics intrinsics = new Intrinsics(document, parameters, queueUrls);
    JsonNode globals = intrinsics.evaluate(document.at("/Globals/Function"));
    List<ApiRoute> routes = routes(intrinsics);
    Map<String, Role> roles = new HashMap<>();
    for (Resource role : intrinsics.resources("AWS::IAM::Role")) {
      roles.put(
          role.attribute("Arn"),
          Role.of(
              role.get("Policies").valueStream().map(it -> it.path("PolicyDocument")).toList()));
    }
    return intrinsics.resources("AWS::Serverless::Function").stream()
        .map(resource -> function(resource, globals, routes, roles))
        .toList();
  }

  /** The routes of the HTTP API, each with the logical id of its function. */
  private static List<ApiRoute> routes(Intrinsics intrinsics) {
    Map<String, String> functions = new HashMap<>();
    for (Resource function : intrinsics.resources("AWS::Serverless::Function")) {
      functions.put(function.attribute("Arn"), function.logicalId());
    }
    Map<String, String> targets = new HashMap<>();
    for (Resource integration : intrinsics.resources("AWS::ApiGatewayV2::Integration")) {
      String function = functions.get(integration.get("IntegrationUri").asText());
      if (function == null || !integration.get("PayloadFormatVersion").asText().equals("2.0")) {
        throw new StartFailure(
            "The local cloud integrates functions of the template by their ARN, with payload 2.0,"
                + " only; see "
                + integration.logicalId());
      }
      targets.put("integrations/" + integration.reference(), function);
    }
    List<ApiRoute> routes = new ArrayList<>();
    for (Resource route : intrinsics.resources("AWS::ApiGatewayV2::Route")) {
      String target = route.get("Target").asText();
      if (!targets.containsKey(target)) {
        throw new StartFailure(route.logicalId() + " goes nowhere: the template has not " + target);
      }
      routes.add(ApiRoute.ofKey(route.get("RouteKey").asText(), targets.get(target)));
    }
    return routes;
  }

  private static Table table(Resource resource) {
    ObjectNode definition =
        resource.only(
            "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "StreamSpecification");
    if (definition.get("StreamSpecification") instanceof ObjectNode stream) {
      stream.put("StreamEnabled", true);
    }
    return new Table(
        resource.logicalId(),
        resource.attribute("Arn"),
        // CloudFormation's names are those of DynamoDB's own requests.
        Json.AWS
            .convertValue(definition, CreateTableRequest.serializableBuilderClass())
            .tableName(resource.name())
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .build());
  }

  private static Queue queue(Resource resource) {
    Map<QueueAttributeName, String> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> property : resource.properties().properties()) {
      QueueAttributeName attribute = QueueAttributeName.fromValue(property.getKey());
      if (attribute != QueueAttributeName.UNKNOWN_TO_SDK_VERSION
          && !property.getValue().isObject()) {
        attributes.put(attribute, property.getValue().asText());
      }
    }
    if (resource.get("RedrivePolicy") instanceof ObjectNode policy) {
      attributes.put(QueueAttributeName.REDRIVE_POLICY, policy.toString());
    }
    return new Queue(resource.logicalId(), resource.name(), resource.attribute("Arn"), attributes);
  }

  private static Pipe pipe(Resource resource) {
    JsonNode target = resource.get("TargetParameters");
    JsonNode bus = target.path("EventBridgeEventBusParameters");
    String noJson = resource.logicalId() + " has no JSON for a pattern.";
    return new Pipe(
        resource.logicalId(),
        resource.get("Source").asText(),
        resource
            .get("SourceParameters")
            .at("/FilterCriteria/Filters")
            .valueStream()
            .map(filter -> Json.parse(Buffer.buffer(filter.path("Pattern").asText())))
            .map(pattern -> pattern.orElseThrow(() -> new StartFailure(noJson)))
            .toList(),
        target.path("InputTemplate").asText(),
        bus.path("Source").asText(),
        bus.path("DetailType").asText());
  }

  private static Function function(
      Resource resource, JsonNode globals, List<ApiRoute> routes, Map<String, Role> roles) {
    // Tags and the like are of no meaning here; what is not read need not be understood.
    ObjectNode properties = globals.isObject() ? globals.deepCopy() : Json.object();
    properties.setAll(
        resource.only("Handler", "Timeout", "MemorySize", "Events", "Role", "Policies"));
    Map<String, String> environment = new TreeMap<>();
    Stream.of(globals.path("Environment"), resource.get("Environment"))
        .flatMap(of -> of.path("Variables").properties().stream())
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    List<QueueMapping> mappings = new ArrayList<>();
    List<Schedule> schedules = new ArrayList<>();
    for (Map.Entry<String, JsonNode> source : properties.path("Events").properties()) {
      String id = source.getKey();
      JsonNode details = source.getValue().path("Properties");
      switch (source.getValue().path("Type").asText()) {
        case "SQS" -> mappings.add(mapping(details));
        case "Schedule" -> schedules.add(schedule(id, details, "Schedule"));
        case "ScheduleV2" -> schedules.add(schedule(id, details, "ScheduleExpression"));
        default -> throw new StartFailure("The local cloud has no event source for " + id);
      }
    }
    return new Function(
        resource.logicalId(),
        shortName(resource.logicalId()),
        resource.name(),
        resource.attribute("Arn"),
        properties.path("Handler").asText(),
        Duration.ofSeconds(number(properties, "Timeout", USUAL_TIMEOUT_SECONDS)),
        number(properties, "MemorySize", USUAL_MEMORY),
        environment,
        // A function's own role, or the one that SAM would make of its policies.
        properties.has("Role")
            ? roles.getOrDefault(properties.path("Role").asText(), Role.NONE)
            : Role.of(Role.oneOrMore(properties.path("Policies"))),
        routes.stream().filter(route -> route.function().equals(resource.logicalId())).toList(),
        List.copyOf(mappings),
        List.copyOf(schedules));
  }

  private static QueueMapping mapping(JsonNode details) {
    return new QueueMapping(
        details.path("Queue").asText(),
        number(details, "BatchSize", USUAL_BATCH),
        details
            .path("FunctionResponseTypes")
            .valueStream()
            .anyMatch(type -> type.asText().equals("ReportBatchItemFailures")),
        number(details.path("ScalingConfig"), "MaximumConcurrency", Integer.MAX_VALUE));
  }

  private static Schedule schedule(String id, JsonNode details, String key) {
    String expression = details.path(key).asText();
    Matcher rate = RATE.matcher(expression);
    if (!rate.matches()) {
      throw new StartFailure(
          "The local cloud runs rate(...) schedules only; " + id + " is " + expression);
    }
    ChronoUnit unit = ChronoUnit.valueOf(rate.group(2).toUpperCase(Locale.ROOT) + "S");
    return new Schedule(
        id,
        Duration.of(Long.parseLong(rate.group(1)), unit),
        Optional.ofNullable(details.get("Input")).map(JsonNode::asText));
  }

  private static String shortName(String logicalId) {
    String name = logicalId.replaceFirst("(?<=.)Function$", "");
    return CaseFormat.UPPER_CAMEL.to(CaseFormat.LOWER_HYPHEN, name);
  }

  private static int number(JsonNode parent, String name, int otherwise) {
    JsonNode number = parent.path(name);
    if (!number.isMissingNode() && !number.asText().matches("\\d{1,9}")) {
      throw new StartFailure("The template's " + name + " is no number: " + number);
    }
    return number.asInt(otherwise);
  }
}
