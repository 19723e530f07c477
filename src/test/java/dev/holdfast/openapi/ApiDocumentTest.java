package dev.holdfast.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.keyword.DisallowUnknownKeywordFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The document in itself. */
class ApiDocumentTest {

  /** The OpenAPI Initiative's own schema for documents of 3.1, as Vert.x ships it. */
  private static final Schema OFFICIAL =
      SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12,
              builder ->
                  builder.schemaIdResolvers(
                      resolvers ->
                          resolvers.mapPrefix(
                              "https://spec.openapis.org/", "classpath:spec.openapis.org/")))
          .getSchema(SchemaLocation.of("https://spec.openapis.org/oas/3.1/schema-base/2022-10-07"));

  private static final ApiDocument DOCUMENT = ApiDocument.published();

  private static List<String> officialFaults(JsonNode document) {
    return OFFICIAL.validate(document).stream().map(Error::toString).toList();
  }

  @Test
  void isOpenApi31() {
    assertThat(officialFaults(DOCUMENT.tree())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource
  void isNoOpenApi31WithAnyOfThese(Consumer<ObjectNode> change) {
    assertThat(officialFaults(DOCUMENT.with(change).tree())).isNotEmpty();
  }

  static Stream<Consumer<ObjectNode>> isNoOpenApi31WithAnyOfThese() {
    return Stream.of(
        document -> document.remove("info"),
        document -> document.put("openapi", "3.0.3"),
        document -> document.put("surplus", 1),
        document -> document.withObject("/paths").putObject("no-slash"),
        document -> document.withObject("/components/responses/Event").remove("description"),
        document -> document.withObject("/components/parameters/BookingCode").put("in", "body"),
        document -> document.withObject("/components/schemas/Version").put("minimum", "1"),
        document -> document.withObject("/components/schemas/Version").put("type", "number7"));
  }

  @Test
  void itsExamplesAreValidByTheirSchemas() {
    List<String> faults = new ArrayList<>();
    int examples = holdExamples(DOCUMENT, Place.root(DOCUMENT.tree()), "", faults);

    assertThat(faults).isEmpty();
    assertThat(examples).isGreaterThan(30);
  }

  @Test
  void anExampleThatIsNotValidIsNoticed() {
    ApiDocument mutant =
        DOCUMENT.with(
            document ->
                document.withObject("/components/examples/PendingEvent/value").put("version", 0));
    List<String> faults = new ArrayList<>();
    holdExamples(mutant, Place.root(mutant.tree()), "", faults);

    assertThat(faults).isNotEmpty().allMatch(fault -> fault.contains("version"));
  }

  /** Holds every example at and below a place against the schema beside it; counts them. */
  private static int holdExamples(
      ApiDocument document, Place place, String name, List<String> faults) {
    int examples = 0;
    boolean isSchema =
        name.equals("schema") || place.toString().matches("/components/schemas/\\w+");
    Place schema = isSchema ? place : place.member("schema");
    List<JsonNode> values = new ArrayList<>();
    if (schema.exists() && place.node().has("example")) {
      values.add(place.node().path("example"));
    }
    if (isSchema) {
      place.node().path("examples").forEach(values::add);
    } else if (schema.exists()) {
      Place named = place.member("examples");
      named.memberNames().forEach(key -> values.add(named.member(key).node().path("value")));
    }
    for (JsonNode value : values) {
      examples++;
      document
          .schemaFaults(schema, value)
          .forEach(fault -> faults.add(schema + ", " + value + ": " + fault));
    }
    for (String member : place.memberNames()) {
      // References lead elsewhere, and there the examples are found by themselves.
      if (!place.node().path(member).has("$ref")) {
        examples += holdExamples(document, place.member(member), member, faults);
      }
    }
    return examples;
  }

  @Test
  void everyResponseWithABodyHasAnExample() {
    List<String> without = new ArrayList<>();
    Stream<JsonNode> contents = DOCUMENT.tree().findValues("content").stream();
    contents
        .flatMap(JsonNode::propertyStream)
        .filter(content -> content.getValue().path("examples").isEmpty())
        .forEach(content -> without.add(content.toString()));

    assertThat(without).isEmpty();
  }

  @Test
  void everyComponentIsReferredTo() {
    Set<String> references = new TreeSet<>();
    DOCUMENT
        .tree()
        .findValues("$ref")
        .forEach(reference -> references.add(reference.textValue().substring(1)));
    Set<String> components = new TreeSet<>();
    DOCUMENT
        .tree()
        .path("components")
        .propertyStream()
        .filter(kind -> !kind.getKey().equals("securitySchemes"))
        .forEach(
            kind ->
                kind.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        name -> components.add("/components/" + kind.getKey() + "/" + name)));

    assertThat(references).isEqualTo(components);
  }

  @Test
  void aWordThatNoSchemaHasIsNoticed() {
    ApiDocument mutant =
        DOCUMENT.with(
            document -> document.withObject("/components/schemas/BookingCode").put("patern", "x"));
    Place schema =
        Place.root(mutant.tree()).member("components").member("schemas").member("BookingCode");
    Logger noise = Logger.getLogger(DisallowUnknownKeywordFactory.class.getName());
    noise.setLevel(Level.OFF);
    try {
      assertThatThrownBy(() -> mutant.schemaFaults(schema, TextNode.valueOf("HOTEL-1")))
          .hasMessageContaining("patern");
    } finally {
      noise.setLevel(null);
    }
  }
}
