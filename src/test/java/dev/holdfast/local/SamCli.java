package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What SAM CLI makes of the project's template, samconfig.toml and file of variables. It stands in
 * for SAM CLI, which is not there where the tests run, and was read off its source
 * (aws/aws-sam-cli: samcli/lib/intrinsic_resolver, lib/providers/cfn_api_provider.py,
 * local/lambdafn/env_vars.py, commands/local/lib/local_lambda.py). Of the shell that it runs in it
 * finds nothing.
 */
final class SamCli {
  private static final String FUNCTION = "AWS::Serverless::Function";
  private static final String REST_OR_HTTP_API = "AWS::ApiGateway";

  /** samcli/lib/intrinsic_resolver/intrinsics_symbol_table.py. */
  private static final Map<String, String> PSEUDO_PARAMETERS =
      Map.of(
          "AWS::AccountId", "123456789012",
          "AWS::Partition", "aws",
          "AWS::Region", "us-east-1",
          "AWS::StackName", "local",
          "AWS::URLSuffix", "localhost");

  private final Map<String, Object> document;
  private final JsonNode options;
  private final Map<String, Object> parameters = new TreeMap<>(PSEUDO_PARAMETERS);

  private SamCli(Map<String, Object> document, JsonNode options, Map<String, String> overrides) {
    this.document = document;
    this.options = options;
    map(document.get("Parameters"))
        .forEach((name, definition) -> parameters.put(name, map(definition).get("Default")));
    parameters.putAll(overrides);
  }

  /**
   * {@code sam local …} in the project's directory.
   *
   * @param command as samconfig.toml names it, such as {@code local_invoke}
   * @param overrides what follows {@code --parameter-overrides}; nothing: what samconfig.toml says
   */
  static SamCli run(String command, String... overrides) {
    try {
      JsonNode options =
          new TomlMapper()
              .readTree(Path.of("samconfig.toml").toFile())
              .at("/default/" + command + "/parameters");
      List<String> given = new ArrayList<>(List.of(overrides));
      if (given.isEmpty()) {
        options.path("parameter_overrides").forEach(each -> given.add(each.asText()));
      }
      Map<String, String> values = new TreeMap<>();
      given.forEach(each -> values.put(each.split("=", 2)[0], each.split("=", 2)[1]));
      return new SamCli(TemplateReader.read(Path.of("template.yaml")), options, values);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** What samconfig.toml says of the command. */
  JsonNode options() {
    return options;
  }

  /** The file that overrides variables. */
  JsonNode file() {
    try {
      return Json.MAPPER.readTree(Path.of(options.path("env_vars").asText()).toFile());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** A property of a function, Globals merged; what SAM CLI cannot resolve stays a tree. */
  Object property(String function, String name) {
    Map<String, Object> merged = new LinkedHashMap<>(globals());
    merged.putAll(properties(function));
    return map(resolve(merged)).get(name);
  }

  /** The environment of a function's container. */
  Map<String, String> environment(String function) {
    Map<String, String> environment =
        new TreeMap<>(
            Map.of(
                "AWS_SAM_LOCAL", "true",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "" + property(function, "MemorySize"),
                "AWS_LAMBDA_FUNCTION_TIMEOUT", "" + property(function, "Timeout"),
                "AWS_LAMBDA_FUNCTION_HANDLER", "" + property(function, "Handler"),
                "AWS_LAMBDA_FUNCTION_NAME", function,
                "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST",
                "AWS_REGION", "us-east-1",
                "AWS_DEFAULT_REGION", "us-east-1",
                "AWS_ACCESS_KEY_ID", "defaultkey",
                "AWS_SECRET_ACCESS_KEY", "defaultsecret"));
    Map<String, Object> variables = new LinkedHashMap<>(variables(globals()));
    variables.putAll(variables(properties(function)));
    JsonNode file = file();
    map(resolve(variables))
        .forEach(
            (name, value) -> {
              JsonNode general = file.path("Parameters").path(name);
              JsonNode own = file.path(function).path(name);
              boolean isOverridden = !general.isMissingNode() || !own.isMissingNode();
              environment.put(
                  name,
                  isOverridden ? (own.isMissingNode() ? general : own).asText() : text(value));
            });
    return environment;
  }

  private static Map<String, Object> map(Object tree) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (tree instanceof Map<?, ?> map) {
      map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    }
    return copy;
  }

  private static String type(Object resource) {
    return String.valueOf(map(resource).get("Type"));
  }

  private static String text(Object value) {
    return value instanceof Map<?, ?> || value instanceof List<?> ? "" : String.valueOf(value);
  }

  /**
   * The function of each route of {@code sam local start-api}, by its logical id; nothing where it
   * finds none, or breaks off.
   */
  Map<String, String> routes() {
    Map<String, String> routes = new TreeMap<>();
    Map<String, Object> resources = map(document.get("Resources"));
    boolean readsTheApi =
        resources.values().stream()
            .map(resource -> type(resource))
            .filter(type -> type.equals(FUNCTION) || type.startsWith(REST_OR_HTTP_API))
            .findFirst()
            .filter(type -> type.startsWith(REST_OR_HTTP_API))
            .isPresent();
    resources.forEach(
        (logicalId, resource) -> {
          if (readsTheApi && type(resource).equals("AWS::ApiGatewayV2::Route")) {
            Map<String, Object> route = map(resolve(properties(logicalId)));
            boolean isAuthorizerAKey = !(route.get("AuthorizerId") instanceof Map<?, ?>);
            if (isAuthorizerAKey || options.path("disable_authorizer").asBoolean()) {
              String integration = String.valueOf(route.get("Target")).replaceFirst(".*/", "");
              Object uri = map(resolve(properties(integration))).get("IntegrationUri");
              functionOf(uri)
                  .ifPresent(
                      function -> routes.put(String.valueOf(route.get("RouteKey")), function));
            }
          }
        });
    return routes;
  }

  private Optional<String> functionOf(Object uri) {
    Matcher arn = Pattern.compile("arn:aws:lambda:.*:function:([^:]*)").matcher(text(uri));
    return arn.matches()
        ? Optional.of(arn.group(1)).filter(name -> !properties(name).isEmpty())
        : Optional.empty();
  }

  private Map<String, Object> globals() {
    return map(map(document.get("Globals")).get("Function"));
  }

  private Map<String, Object> properties(String logicalId) {
    return map(map(map(document.get("Resources")).get(logicalId)).get("Properties"));
  }

  private static Map<String, Object> variables(Map<String, Object> properties) {
    return map(map(properties.get("Environment")).get("Variables"));
  }

  private Object resolve(Object tree) {
    return new Resolver().resolve(tree);
  }

  /**
   * Intrinsic functions. One that cannot be resolved leaves the property that it stands in as it
   * is; so does {@code AWS::NoValue}, wherever it stands in a function's arguments.
   */
  private final class Resolver {
    private static final Object UNRESOLVED = new Object();
    private static final Pattern VARIABLE =
        Pattern.compile("\\$\\{(AWS::.*?|[a-zA-Z0-9]*\\.?[a-zA-Z0-9]*)}");

    Object resolve(Object tree) {
      if (tree instanceof List<?> list) {
        List<Object> values = list.stream().map(this::resolve).toList();
        return values.contains(UNRESOLVED) ? UNRESOLVED : values;
      }
      if (!(tree instanceof Map<?, ?> map) || map.isEmpty()) {
        return tree;
      }
      String first = String.valueOf(map.keySet().iterator().next());
      if (first.equals("Ref") || first.startsWith("Fn::")) {
        return call(first, map.values().iterator().next());
      }
      Map<String, Object> values = new LinkedHashMap<>();
      map(tree)
          .forEach(
              (key, value) -> {
                Object resolved = resolve(value);
                values.put(key, resolved == UNRESOLVED ? value : resolved);
              });
      return values;
    }

    private Object call(String function, Object argument) {
      return switch (function) {
        case "Ref" -> reference(String.valueOf(argument));
        case "Fn::GetAtt" -> attribute(String.valueOf(argument));
        case "Fn::Sub" -> argument instanceof String text ? substitute(text) : UNRESOLVED;
        case "Fn::If", "Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or" ->
            resolve(argument) instanceof List<?> arguments
                ? decide(function, List.copyOf(arguments))
                : UNRESOLVED;
        default -> UNRESOLVED;
      };
    }

    private Object decide(String function, List<Object> arguments) {
      return switch (function) {
        case "Fn::If" -> arguments.get(holds(String.valueOf(arguments.get(0))) ? 1 : 2);
        case "Fn::Equals" -> arguments.get(0).equals(arguments.get(1));
        case "Fn::Not" -> !isTrue(arguments.get(0));
        case "Fn::And" -> arguments.stream().allMatch(this::isTrue);
        default -> arguments.stream().anyMatch(this::isTrue);
      };
    }

    private boolean holds(String condition) {
      return isTrue(resolve(map(document.get("Conditions")).get(condition)));
    }

    private boolean isTrue(Object value) {
      return value instanceof Map<?, ?> named
          ? holds(String.valueOf(named.get("Condition")))
          : Boolean.TRUE.equals(value);
    }

    private Object reference(String name) {
      return name.equals("AWS::NoValue") ? UNRESOLVED : parameters.getOrDefault(name, name);
    }

    /** Only ARNs, each taken for a function's; a name that is a tree is too much for it. */
    private Object attribute(String path) {
      String logicalId = path.substring(0, path.indexOf('.'));
      Object name = properties(logicalId).getOrDefault("FunctionName", logicalId);
      return path.endsWith(".Arn") && name instanceof String
          ? "arn:aws:lambda:us-east-1:123456789012:function:" + name
          : UNRESOLVED;
    }

    private Object substitute(String text) {
      Matcher variables = VARIABLE.matcher(text);
      StringBuilder result = new StringBuilder();
      while (variables.find()) {
        String name = variables.group(1);
        Object value = name.contains(".") ? attribute(name) : reference(name);
        if (value == UNRESOLVED) {
          return UNRESOLVED;
        }
        variables.appendReplacement(result, Matcher.quoteReplacement(String.valueOf(value)));
      }
      return variables.appendTail(result).toString();
    }
  }
}
