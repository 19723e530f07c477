package dev.holdfast.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.DisallowUnknownKeywordFactory;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The schemas of a document, by their places in it. Thread-safe. */
final class Schemas {

  private static final String ADDRESS = "https://holdfast.dev/openapi.json";

  // The library loads the whole document as if it were a schema: what stands around the schemas is
  // no keyword. Any other word that it does not know is a slip of the pen.
  private static final Dialect DIALECT =
      Dialect.builder(Dialects.getOpenApi31().getId(), Dialects.getOpenApi31())
          .unknownKeywordFactory(DisallowUnknownKeywordFactory.getInstance())
          .keywords(
              Stream.of(
                      "openapi",
                      "jsonSchemaDialect",
                      "info",
                      "servers",
                      "security",
                      "tags",
                      "paths",
                      "components")
                  .map(NonValidationKeyword::new)
                  .toList())
          .build();

  private final SchemaRegistry registry;
  private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

  Schemas(JsonNode document) {
    Map<String, String> documents = Map.of(ADDRESS, document.toString());
    this.registry =
        SchemaRegistry.withDefaultDialect(DIALECT, builder -> builder.schemas(documents));
  }

  /** What a schema has against a value; empty where the value is valid. */
  List<String> faults(Place schema, JsonNode value) {
    return compiled
        .computeIfAbsent(schema.pointer().toString(), this::compile)
        .validate(value)
        .stream()
        .map(Error::toString)
        .toList();
  }

  private Schema compile(String pointer) {
    String fragment =
        URLEncoder.encode(pointer, StandardCharsets.UTF_8).replace("%2F", "/").replace("%7E", "~");
    return registry.getSchema(SchemaLocation.of(ADDRESS + "#" + fragment));
  }
}
