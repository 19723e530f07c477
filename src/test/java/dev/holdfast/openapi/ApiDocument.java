package dev.holdfast.openapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The API's description, {@code docs/openapi.yaml}, which requests and responses are held against:
 * what it does not describe is a fault. The schemas are a library's affair; here is only where in
 * the document they stand. Thread-safe. See
 * docs/decisions/0010-the-document-is-held-by-a-json-schema-validator.md.
 */
public final class ApiDocument {

  private static final Path FILE = Path.of("docs", "openapi.yaml");

  /** What every HTTP server may add to a response (RFC 9110, 7.6.1, 8.6 and others). */
  private static final Set<String> TRANSPORT =
      Set.of("content-type", "content-length", "connection", "date", "transfer-encoding");

  private static final Set<Integer> NOT_VALID = Set.of(400, 413, 415);

  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
  private static final String DEFAULT_PATH = "/$default";
  private static final String ANY_METHOD = "x-amazon-apigateway-any-method";

  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");
  private static final Pattern JSON_TYPE =
      Pattern.compile("application/(json|[^\\s;,/\"]+[+]json)[ \\t]*(;.*)?");

  // RFC 8259 leaves it open whether a name may be there twice; here it may not. Names may be as
  // long as a body.
  private static final ObjectMapper STRICT =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNameLength(1_000_000).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  // The last one, for it needs the others.
  private static final ApiDocument PUBLISHED = new ApiDocument(read());

  private final JsonNode tree;
  private final Schemas schemas;
  private final List<Operation> operations;
  private final Operation otherwise;

  private ApiDocument(JsonNode tree) {
    this.tree = tree;
    this.schemas = new Schemas(tree);
    Place paths = Place.root(tree).member("paths");
    this.operations =
        paths.memberNames().stream()
            .filter(path -> !path.equals(DEFAULT_PATH))
            .flatMap(path -> operations(path, paths.member(path)))
            .toList();
    Place byDefault = paths.member(DEFAULT_PATH);
    this.otherwise = new Operation("", DEFAULT_PATH, byDefault, byDefault.member(ANY_METHOD));
  }

  private record Operation(String method, String path, Place item, Place place) {

    String routeKey() {
      return isOtherwise() ? path.substring(1) : method + " " + path;
    }

    boolean isOtherwise() {
      return method.isEmpty();
    }
  }

  private static Stream<Operation> operations(String path, Place item) {
    return item.memberNames().stream()
        .filter(METHODS::contains)
        .map(
            method ->
                new Operation(method.toUpperCase(Locale.ROOT), path, item, item.member(method)));
  }

  private static JsonNode read() {
    try {
      return new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile());
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /** The document as it is in the repository. */
  public static ApiDocument published() {
    return PUBLISHED;
  }

  /** The document with something changed: a mutant, which a proof has to notice. */
  public ApiDocument with(Consumer<ObjectNode> change) {
    ObjectNode copy = tree.deepCopy();
    change.accept(copy);
    if (copy.equals(tree)) {
      throw new IllegalArgumentException("Nothing is changed.");
    }
    return new ApiDocument(copy);
  }

  /** The whole document; not to be changed. */
  public JsonNode tree() {
    return tree;
  }

  /** Every route, named as API Gateway names it. */
  public Set<String> routeKeys() {
    return Stream.concat(operations.stream(), Stream.of(otherwise))
        .filter(operation -> operation.place().exists())
        .map(Operation::routeKey)
        .collect(Collectors.toSet());
  }

  /** What a schema of the document has against a value. */
  List<String> schemaFaults(Place schema, JsonNode value) {
    return schemas.faults(schema, value);
  }

  /**
   * What is wrong with a request and its response by this document: a response that it does not
   * describe, a request that it allows and that was refused as not valid, or one that it does not
   * allow and that was not.
   *
   * @return empty where all is as described
   */
  public List<String> faults(ApiRequest request, ApiResponse response) {
    Found found = find(request);
    List<String> faults = new ArrayList<>(responseFaults(found.operation(), response));
    faults.addAll(RulesInWords.broken(request, response));
    if (!found.operation().isOtherwise() && response.status() < 500) {
      List<String> against = requestFaults(found, request);
      boolean isAllowed =
          against.isEmpty()
              && RulesInWords.areKeptByQuery(request.query())
              && request.body().map(RulesInWords::areKept).orElse(true);
      boolean isRefused = NOT_VALID.contains(response.status());
      if (!against.isEmpty() && !isRefused) {
        faults.add("taken, though the document says: " + against);
      } else if (isAllowed && isRefused) {
        faults.add("refused, though the document has nothing against it");
      }
    }
    return faults;
  }

  /** An operation, and the path parameters. */
  private record Found(Operation operation, Map<String, String> pathParameters) {}

  private Found find(ApiRequest request) {
    Operation operation =
        operations.stream()
            .filter(candidate -> candidate.method().equals(request.method()))
            .filter(candidate -> match(candidate.path(), request.path()).isPresent())
            .findFirst()
            .orElse(otherwise);
    if (request.servedMethod().filter(served -> !served.equals(operation.method())).isPresent()) {
      return new Found(otherwise, Map.of());
    }
    return new Found(operation, match(operation.path(), request.path()).orElseGet(Map::of));
  }

  /** The parameters in a path, if it is one of these. */
  private static Optional<Map<String, String>> match(String template, String path) {
    String[] expected = template.split("/", -1);
    String[] actual = path.split("/", -1);
    if (expected.length != actual.length) {
      return Optional.empty();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < expected.length; i++) {
      if (expected[i].startsWith("{") && !actual[i].isEmpty()) {
        parameters.put(expected[i].substring(1, expected[i].length() - 1), actual[i]);
      } else if (!expected[i].equals(actual[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  private List<String> requestFaults(Found found, ApiRequest request) {
    Operation operation = found.operation();
    List<Place> parameters =
        Stream.of(operation.item(), operation.place())
            .flatMap(place -> place.member("parameters").elements().stream())
            .toList();
    List<String> faults = new ArrayList<>();
    for (Place parameter : parameters) {
      faults.addAll(parameterFaults(parameter, values(parameter, found, request)));
    }
    Set<String> described =
        parameters.stream()
            .filter(parameter -> parameter.text("in").equals("query"))
            .map(parameter -> parameter.text("name"))
            .collect(Collectors.toSet());
    request.query().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !described.contains(name))
        .forEach(name -> faults.add("query parameter " + name + ": not described"));
    if (operation.place().member("requestBody").exists()) {
      faults.addAll(bodyFaults(operation.place().member("requestBody"), request));
    }
    return faults;
  }

  private static List<String> values(Place parameter, Found found, ApiRequest request) {
    String name = parameter.text("name");
    return switch (parameter.text("in")) {
      case "path" -> Stream.ofNullable(found.pathParameters().get(name)).toList();
      case "header" ->
          Stream.ofNullable(request.headers().get(name.toLowerCase(Locale.ROOT))).toList();
      default ->
          request.query().stream()
              .filter(sent -> sent.getKey().equals(name))
              .map(Map.Entry::getValue)
              .toList();
    };
  }

  private List<String> parameterFaults(Place parameter, List<String> values) {
    String name = parameter.text("in") + " parameter " + parameter.text("name") + ": ";
    if (values.size() > 1) {
      return List.of(name + "there more than once");
    }
    if (values.isEmpty()) {
      return parameter.node().path("required").asBoolean() ? List.of(name + "missing") : List.of();
    }
    return textFaults(name, parameter.member("schema"), values.get(0));
  }

  /** Holds a text against a schema that may be of a number. */
  private List<String> textFaults(String name, Place schema, String text) {
    JsonNode value =
        schema.text("type").equals("integer") && INTEGER.matcher(text).matches()
            ? BigIntegerNode.valueOf(new BigInteger(text))
            : TextNode.valueOf(text);
    return schemas.faults(schema, value).stream().map(fault -> name + fault).toList();
  }

  private List<String> bodyFaults(Place description, ApiRequest request) {
    Optional<String> contentType =
        Optional.ofNullable(request.headers().get("content-type")).filter(type -> !type.isBlank());
    // By the document, a body without one is taken as JSON.
    if (!contentType.map(ApiDocument::isJson).orElse(true)) {
      return List.of("body: of type " + contentType.get());
    }
    if (request.body().isEmpty()) {
      return List.of("body: none, or none that is UTF-8");
    }
    Place schema = description.member("content").member("application/json").member("schema");
    try {
      JsonNode body = STRICT.readTree(request.body().get());
      return body.isMissingNode() ? List.of("body: empty") : schemas.faults(schema, body);
    } catch (JsonProcessingException notJson) {
      return List.of("body: " + notJson.getOriginalMessage());
    }
  }

  private static boolean isJson(String contentType) {
    String stripped = contentType.strip();
    return JSON_TYPE.matcher(stripped.toLowerCase(Locale.ROOT)).matches()
        && RulesInWords.areKeptByContentType(stripped);
  }

  private List<String> responseFaults(Operation operation, ApiResponse response) {
    Place responses = operation.place().member("responses");
    Place exact = responses.member(String.valueOf(response.status()));
    Place description = exact.exists() ? exact : responses.member("default");
    String name = operation.routeKey() + ", " + response.status() + ": ";
    if (!description.exists()) {
      return List.of(name + "no such status is described");
    }
    List<String> faults = new ArrayList<>();
    faults.addAll(headerFaults(name, description.member("headers"), response.headers()));
    String type = response.headers().getOrDefault("content-type", "none").replaceFirst(";.*", "");
    Place content = description.member("content").member(type);
    if (!content.exists()) {
      faults.add(name + "no body of type " + type + " is described");
      return faults;
    }
    try {
      schemas
          .faults(content.member("schema"), STRICT.readTree(response.body()))
          .forEach(fault -> faults.add(name + fault));
    } catch (JsonProcessingException notJson) {
      faults.add(name + notJson.getOriginalMessage());
    }
    return faults;
  }

  private List<String> headerFaults(String name, Place headers, Map<String, String> sent) {
    List<String> faults = new ArrayList<>();
    Set<String> described = new HashSet<>(TRANSPORT);
    for (String header : headers.memberNames()) {
      String key = header.toLowerCase(Locale.ROOT);
      described.add(key);
      Place description = headers.member(header);
      if (sent.containsKey(key)) {
        faults.addAll(
            textFaults(name + header + ": ", description.member("schema"), sent.get(key)));
      } else if (description.node().path("required").asBoolean()) {
        faults.add(name + "no header " + header);
      }
    }
    sent.keySet().stream()
        .filter(header -> !described.contains(header))
        .forEach(header -> faults.add(name + "header " + header + " is not described"));
    return faults;
  }
}
