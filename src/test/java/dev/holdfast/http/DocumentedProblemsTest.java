package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.openapi.ApiDocument;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every problem of the code is in the document, and every one of the document in the code. */
class DocumentedProblemsTest {

  private static final JsonNode DOCUMENT = ApiDocument.published().tree();

  /** What every method of {@link Problem} that makes one makes. */
  private static List<Problem> problems() {
    return Arrays.stream(Problem.class.getDeclaredMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> !Modifier.isPrivate(method.getModifiers()))
        .filter(method -> method.getReturnType() == Problem.class)
        .map(DocumentedProblemsTest::made)
        .toList();
  }

  private static Problem made(Method method) {
    FieldErrors errors = new FieldErrors();
    errors.add("", "is wrong");
    Map<Class<?>, Object> arguments =
        Map.of(FieldErrors.class, errors, String.class, "GET", int.class, 1);
    try {
      return (Problem)
          method.invoke(
              null, Arrays.stream(method.getParameterTypes()).map(arguments::get).toArray());
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** The schemas of problems by their names. */
  private static Map<String, JsonNode> documented() {
    Map<String, JsonNode> schemas = new TreeMap<>();
    DOCUMENT
        .at("/components/schemas")
        .propertyStream()
        .filter(schema -> schema.getValue().at("/properties/type").has("const"))
        .forEach(schema -> schemas.put(schema.getKey(), schema.getValue()));
    return schemas;
  }

  @Test
  void areTheProblemsOfTheCode() {
    Set<String> made =
        problems().stream()
            .map(Exchanges::bodyOf)
            .map(
                body ->
                    body.path("type").asText()
                        + " "
                        + body.path("status")
                        + " "
                        + body.path("title").asText())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> described =
        documented().values().stream()
            .map(schema -> schema.path("properties"))
            .map(
                properties ->
                    properties.at("/type/const").asText()
                        + " "
                        + properties.at("/status/const")
                        + " "
                        + properties.at("/title/const").asText())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(made).hasSizeGreaterThanOrEqualTo(12).isEqualTo(described);
  }

  @Test
  void areEachAnAnswerOfARoute() {
    Set<String> answers =
        DOCUMENT.findValues("content").stream()
            .flatMap(
                content -> content.path("application/problem+json").findValues("$ref").stream())
            .map(reference -> reference.asText().replaceFirst(".*/", ""))
            .collect(Collectors.toSet());

    assertThat(answers).isEqualTo(documented().keySet());
  }
}
