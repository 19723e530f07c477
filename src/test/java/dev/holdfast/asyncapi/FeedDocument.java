package dev.holdfast.asyncapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.DisallowUnknownKeywordFactory;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The change feed's description, {@code docs/asyncapi.yaml}, which what the pipes deliver is held
 * against: what it does not describe is a fault. Thread-safe.
 */
public final class FeedDocument {

  private static final String ADDRESS = "https://holdfast.dev/asyncapi.json";
  private static final String DELIVERY = "#/components/schemas/Delivery";

  // As with docs/openapi.yaml: the library loads the whole document as if it were a schema, and any
  // word that it does not know is a slip of the pen. AsyncAPI's schemas are those of draft 7.
  private static final Dialect DIALECT =
      Dialect.builder(Dialects.getDraft7().getId(), Dialects.getDraft7())
          .unknownKeywordFactory(DisallowUnknownKeywordFactory.getInstance())
          .keywords(
              Stream.of(
                      "asyncapi",
                      "info",
                      "defaultContentType",
                      "servers",
                      "channels",
                      "operations",
                      "components")
                  .map(NonValidationKeyword::new)
                  .toList())
          .build();

  private final JsonNode tree = read();
  private final Schema delivery;

  public FeedDocument() {
    SchemaRegistryConfig strict =
        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build();
    this.delivery =
        SchemaRegistry.withDefaultDialect(
                DIALECT,
                builder ->
                    builder.schemas(Map.of(ADDRESS, tree.toString())).schemaRegistryConfig(strict))
            .getSchema(SchemaLocation.of(ADDRESS + DELIVERY));
  }

  private static JsonNode read() {
    try {
      return new ObjectMapper(new YAMLFactory())
          .readTree(Path.of("docs", "asyncapi.yaml").toFile());
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /** The whole document; not to be changed. */
  JsonNode tree() {
    return tree;
  }

  /** What is wrong with what a rule on the bus delivers; empty where it is as described. */
  public List<String> faults(JsonNode event) {
    List<String> faults = new ArrayList<>();
    delivery.validate(event).stream().map(Error::toString).forEach(faults::add);
    undescribed(event, at(DELIVERY), "", faults);
    return faults;
  }

  /** Members that the schemas do not know of: they allow them, for a later day. */
  private void undescribed(JsonNode value, JsonNode schema, String place, List<String> faults) {
    JsonNode described = schema.has("$ref") ? at(schema.path("$ref").asText()) : schema;
    value
        .properties()
        .forEach(
            member -> {
              JsonNode own = described.path("properties").path(member.getKey());
              if (own.isMissingNode()) {
                faults.add(place + "/" + member.getKey() + ": not described");
              } else {
                undescribed(member.getValue(), own, place + "/" + member.getKey(), faults);
              }
            });
  }

  /** What a reference within the document points to. */
  JsonNode at(String reference) {
    return tree.at(reference.substring(1));
  }
}
