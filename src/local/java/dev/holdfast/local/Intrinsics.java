package dev.holdfast.local;

import static java.util.function.Predicate.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Evaluates the intrinsic functions of a CloudFormation template (AWS, "Intrinsic function
 * reference"), lazily: only what the local cloud uses of a template must make sense to it.
 *
 * @param document the template
 * @param parameters the values of the parameters by name
 * @param queueUrls the URL of each queue by its logical id; one that has none here is referred to
 *     by its name
 */
record Intrinsics(
    JsonNode document, Map<String, JsonNode> parameters, Map<String, String> queueUrls) {
  static final String REGION = "eu-central-1";
  static final String ACCOUNT = "000000000000";
  static final String STACK = "holdfast";

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");
  private static final String QUEUE = "AWS::SQS::Queue";

  /**
   * How resources of a type are named.
   *
   * @param property with which a template may name one itself
   * @param arn with {@code %s} for the name
   */
  private record Naming(String property, String arn) {
    static Naming of(String type) {
      return switch (type) {
        case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable" ->
            new Naming("TableName", Intrinsics.arn("dynamodb", "table/%s"));
        case QUEUE -> new Naming("QueueName", Intrinsics.arn("sqs", "%s"));
        case "AWS::Serverless::Function" ->
            new Naming("FunctionName", Intrinsics.arn("lambda", "function:%s"));
        case "AWS::IAM::Role" -> new Naming("RoleName", "arn:aws:iam::" + ACCOUNT + ":role/%s");
        case "AWS::Logs::LogGroup" ->
            new Naming("LogGroupName", Intrinsics.arn("logs", "log-group:%s:*"));
        default -> new Naming("Name", "%s.Arn");
      };
    }
  }

  /** The name of something that this account has in this region. */
  static String arn(String service, String resource) {
    return arn(service, REGION, resource);
  }

  static String arn(String service, String region, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + ACCOUNT + ":" + resource;
  }

  /** A resource of the template. */
  record Resource(Intrinsics template, String logicalId, JsonNode definition) {
    String type() {
      return definition.path("Type").asText();
    }

    /** A property, evaluated; missing where it has none of that name. */
    JsonNode get(String property) {
      return template.evaluate(definition.path("Properties").path(property));
    }

    /** Those that it has of some properties, evaluated. */
    ObjectNode only(String... properties) {
      ObjectNode values = Json.object();
      for (String property : properties) {
        template.putValue(values, property, definition.path("Properties").path(property));
      }
      return values;
    }

    /** All of its properties, evaluated. */
    JsonNode properties() {
      return template.evaluate(definition.path("Properties"));
    }

    /** Its name: the one that the template gives it, or one that is made up. */
    String name() {
      String made = STACK + "-" + logicalId + (get("FifoQueue").asBoolean() ? ".fifo" : "");
      return get(Naming.of(type()).property()).asText(made);
    }

    /** What {@code Fn::GetAtt} gives. */
    String attribute(String attribute) {
      return switch (attribute) {
        case "Arn" -> Naming.of(type()).arn().formatted(name());
        case "QueueName" -> name();
        case "StreamArn" -> arn("dynamodb", "table/" + name() + "/stream/local");
        default -> name() + "." + attribute;
      };
    }

    /** What {@code Ref} gives. */
    String reference() {
      return type().equals(QUEUE) ? template.queueUrls.getOrDefault(logicalId, name()) : name();
    }
  }

  /** The resources of some types whose conditions hold. */
  List<Resource> resources(String... types) {
    return document.path("Resources").properties().stream()
        .map(entry -> new Resource(this, entry.getKey(), entry.getValue()))
        .filter(resource -> Stream.of(types).anyMatch(resource.type()::equals))
        .filter(resource -> holds(resource.definition.path("Condition").asText()))
        .toList();
  }

  private Resource resource(String logicalId) {
    JsonNode definition = document.path("Resources").path(logicalId);
    if (definition.isMissingNode()) {
      throw new StartFailure("The template refers to " + logicalId + ", which it has not.");
    }
    return new Resource(this, logicalId, definition);
  }

  /** Whether a condition holds; no condition does. */
  private boolean holds(String condition) {
    JsonNode definition = document.path("Conditions").path(condition);
    if (definition.isMissingNode() && !condition.isEmpty()) {
      throw new StartFailure("The template names a condition that it has not: " + condition);
    }
    return condition.isEmpty() || isTrue(definition);
  }

  private boolean isTrue(JsonNode condition) {
    return evaluate(condition).asBoolean();
  }

  /** The same tree with every intrinsic function replaced by its value. */
  JsonNode evaluate(JsonNode tree) {
    if (tree.isArray()) {
      // What AWS::NoValue leaves is not there.
      return Json.MAPPER.valueToTree(
          tree.valueStream().map(this::evaluate).filter(not(JsonNode::isMissingNode)).toList());
    }
    if (tree.size() == 1) {
      Map.Entry<String, JsonNode> only = tree.properties().iterator().next();
      boolean isCondition = only.getKey().equals("Condition") && only.getValue().isTextual();
      if (isCondition || only.getKey().equals("Ref") || only.getKey().startsWith("Fn::")) {
        return call(only.getKey(), only.getValue());
      }
    }
    if (!tree.isObject()) {
      return tree;
    }
    ObjectNode values = Json.object();
    tree.properties().forEach(entry -> putValue(values, entry.getKey(), entry.getValue()));
    return values;
  }

  private void putValue(ObjectNode values, String name, JsonNode tree) {
    JsonNode value = evaluate(tree);
    if (!value.isMissingNode()) {
      values.set(name, value);
    }
  }

  private JsonNode call(String function, JsonNode argument) {
    return switch (function) {
      case "Ref" -> ref(argument.asText());
      case "Fn::GetAtt" -> TextNode.valueOf(attribute(argument));
      case "Fn::Sub" -> TextNode.valueOf(substitute(argument));
      case "Fn::If" -> evaluate(argument.path(holds(argument.path(0).asText()) ? 1 : 2));
      case "Fn::Join" ->
          TextNode.valueOf(
              evaluate(argument.path(1))
                  .valueStream()
                  .map(JsonNode::asText)
                  .collect(Collectors.joining(argument.path(0).asText())));
      case "Condition" -> BooleanNode.valueOf(holds(argument.asText()));
      case "Fn::Equals" ->
          BooleanNode.valueOf(
              evaluate(argument.path(0)).asText().equals(evaluate(argument.path(1)).asText()));
      case "Fn::And" -> BooleanNode.valueOf(argument.valueStream().allMatch(this::isTrue));
      case "Fn::Or" -> BooleanNode.valueOf(argument.valueStream().anyMatch(this::isTrue));
      case "Fn::Not" -> BooleanNode.valueOf(!isTrue(argument.path(0)));
      default -> throw new StartFailure("The local cloud does not know " + function + ".");
    };
  }

  private JsonNode ref(String name) {
    return switch (name) {
      case "AWS::Region" -> TextNode.valueOf(REGION);
      case "AWS::AccountId" -> TextNode.valueOf(ACCOUNT);
      case "AWS::Partition" -> TextNode.valueOf("aws");
      case "AWS::URLSuffix" -> TextNode.valueOf("amazonaws.com");
      case "AWS::StackName" -> TextNode.valueOf(STACK);
      case "AWS::NoValue" -> MissingNode.getInstance();
      default ->
          parameters.containsKey(name)
              ? parameters.get(name)
              : TextNode.valueOf(resource(name).reference());
    };
  }

  private String attribute(JsonNode argument) {
    String path =
        argument.isArray()
            ? argument.valueStream().map(JsonNode::asText).collect(Collectors.joining("."))
            : argument.asText();
    int dot = path.indexOf('.');
    if (dot < 0) {
      throw new StartFailure("Fn::GetAtt lacks an attribute: " + path);
    }
    return resource(path.substring(0, dot)).attribute(path.substring(dot + 1));
  }

  private String substitute(JsonNode argument) {
    JsonNode own = evaluate(argument.path(1));
    Matcher variables =
        VARIABLE.matcher(argument.isArray() ? argument.path(0).asText() : argument.asText());
    return variables.replaceAll(
        variable -> {
          String name = variable.group(1);
          if (name.startsWith("!")) {
            return Matcher.quoteReplacement("${" + name.substring(1) + "}");
          }
          String value =
              own.has(name)
                  ? own.get(name).asText()
                  : name.contains(".") ? attribute(TextNode.valueOf(name)) : ref(name).asText();
          return Matcher.quoteReplacement(value);
        });
  }
}
