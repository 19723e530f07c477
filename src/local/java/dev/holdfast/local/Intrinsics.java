package dev.holdfast.local;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Evaluates the intrinsic functions of a CloudFormation template (AWS, "Intrinsic function
 * reference"), lazily: only what the local cloud uses of a template must make sense to it.
 */
final class Intrinsics {
  static final String REGION = "eu-central-1";
  static final String ACCOUNT = "000000000000";
  static final String STACK = "holdfast";

  /** What {@code Ref} gives when it is asked for as an attribute. */
  static final String REF = "Ref";

  private static final Object NO_VALUE = new Object();
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

  private final Map<String, Object> parameters;
  private final Map<String, Object> conditions;
  private final Map<String, Object> mappings;
  private final Attributes attributes;

  /** What the template's resources are called and have. */
  interface Attributes {
    /**
     * The value of an attribute.
     *
     * @param intrinsics to evaluate what the resource itself says
     */
    String of(String logicalId, String attribute, Intrinsics intrinsics);
  }

  /**
   * @param parameters the values of the parameters by name
   */
  Intrinsics(
      Map<String, Object> parameters,
      Map<String, Object> conditions,
      Map<String, Object> mappings,
      Attributes attributes) {
    this.parameters = parameters;
    this.conditions = conditions;
    this.mappings = mappings;
    this.attributes = attributes;
  }

  boolean holds(String condition) {
    Object definition = conditions.get(condition);
    if (definition == null) {
      throw new StartFailure("The template names a condition that it has not: " + condition);
    }
    return isTrue(definition);
  }

  /** The same tree with every intrinsic function replaced by its value. */
  Object evaluate(Object tree) {
    if (tree instanceof List<?> list) {
      List<Object> values = new ArrayList<>();
      for (Object item : list) {
        Object value = evaluate(item);
        if (value != NO_VALUE) {
          values.add(value);
        }
      }
      return values;
    }
    if (!(tree instanceof Map<?, ?>)) {
      return tree;
    }
    Map<String, Object> map = Trees.map(tree);
    if (map.size() == 1) {
      Map.Entry<String, Object> only = map.entrySet().iterator().next();
      if (only.getKey().equals("Ref") || only.getKey().startsWith("Fn::")) {
        return call(only.getKey(), only.getValue());
      }
      if (only.getKey().equals("Condition") && only.getValue() instanceof String name) {
        return String.valueOf(holds(name));
      }
    }
    Map<String, Object> values = new LinkedHashMap<>();
    map.forEach(
        (key, item) -> {
          Object value = evaluate(item);
          if (value != NO_VALUE) {
            values.put(key, value);
          }
        });
    return values;
  }

  private Object call(String function, Object argument) {
    return switch (function) {
      case "Ref" -> ref(String.valueOf(argument));
      case "Fn::GetAtt" -> attribute(argument);
      case "Fn::Sub" -> substitute(argument);
      case "Fn::If" -> choose(Trees.list(argument));
      case "Fn::Join" -> join(Trees.list(argument));
      case "Fn::Select" -> select(Trees.list(argument));
      case "Fn::FindInMap" -> find(Trees.list(argument));
      case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not" ->
          String.valueOf(isTrue(Map.of(function, argument)));
      default -> throw new StartFailure("The local cloud does not know " + function + ".");
    };
  }

  private Object ref(String name) {
    return switch (name) {
      case "AWS::Region" -> REGION;
      case "AWS::AccountId" -> ACCOUNT;
      case "AWS::Partition" -> "aws";
      case "AWS::URLSuffix" -> "amazonaws.com";
      case "AWS::StackName" -> STACK;
      case "AWS::NoValue" -> NO_VALUE;
      default ->
          parameters.containsKey(name) ? parameters.get(name) : attributes.of(name, REF, this);
    };
  }

  /** What {@code Fn::GetAtt} gives. */
  String attribute(Object argument) {
    String path =
        argument instanceof List<?> parts
            ? parts.stream().map(String::valueOf).collect(Collectors.joining("."))
            : String.valueOf(argument);
    int dot = path.indexOf('.');
    if (dot < 0) {
      throw new StartFailure("Fn::GetAtt lacks an attribute: " + path);
    }
    return attributes.of(path.substring(0, dot), path.substring(dot + 1), this);
  }

  private String substitute(Object argument) {
    String text = String.valueOf(argument);
    Map<String, Object> own = Map.of();
    if (argument instanceof List<?> parts) {
      text = String.valueOf(parts.get(0));
      own = Trees.map(evaluate(parts.get(1)));
    }
    Matcher variables = VARIABLE.matcher(text);
    StringBuilder result = new StringBuilder();
    while (variables.find()) {
      String name = variables.group(1);
      String value;
      if (name.startsWith("!")) {
        value = "${" + name.substring(1) + "}";
      } else if (own.containsKey(name)) {
        value = String.valueOf(own.get(name));
      } else if (name.contains(".")) {
        value = attribute(name);
      } else {
        value = String.valueOf(ref(name));
      }
      variables.appendReplacement(result, Matcher.quoteReplacement(value));
    }
    return variables.appendTail(result).toString();
  }

  private Object choose(List<Object> arguments) {
    return evaluate(arguments.get(holds(String.valueOf(arguments.get(0))) ? 1 : 2));
  }

  private String join(List<Object> arguments) {
    return Trees.list(evaluate(arguments.get(1))).stream()
        .map(String::valueOf)
        .collect(Collectors.joining(String.valueOf(arguments.get(0))));
  }

  private Object select(List<Object> arguments) {
    int index = Integer.parseInt(String.valueOf(evaluate(arguments.get(0))));
    return Trees.list(evaluate(arguments.get(1))).get(index);
  }

  private Object find(List<Object> arguments) {
    Object value = mappings;
    for (Object key : arguments) {
      value = Trees.map(value).get(String.valueOf(evaluate(key)));
    }
    if (value == null) {
      throw new StartFailure("Fn::FindInMap finds nothing: " + arguments);
    }
    return value;
  }

  private boolean isTrue(Object condition) {
    if (!(condition instanceof Map<?, ?>)) {
      return Boolean.parseBoolean(String.valueOf(condition));
    }
    Map.Entry<String, Object> call = Trees.map(condition).entrySet().iterator().next();
    List<Object> arguments = Trees.list(call.getValue());
    return switch (call.getKey()) {
      case "Fn::Equals" ->
          String.valueOf(evaluate(arguments.get(0)))
              .equals(String.valueOf(evaluate(arguments.get(1))));
      case "Fn::And" -> arguments.stream().allMatch(this::isTrue);
      case "Fn::Or" -> arguments.stream().anyMatch(this::isTrue);
      case "Fn::Not" -> !isTrue(arguments.get(0));
      case "Condition" -> holds(String.valueOf(call.getValue()));
      default -> Boolean.parseBoolean(String.valueOf(evaluate(condition)));
    };
  }
}
