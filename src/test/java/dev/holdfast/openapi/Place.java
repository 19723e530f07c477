package dev.holdfast.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A place in the document. Where a reference stands, it is the place that the reference names. */
final class Place {

  private final JsonNode document;
  private final JsonPointer pointer;

  private Place(JsonNode document, JsonPointer pointer) {
    this.document = document;
    this.pointer = pointer;
  }

  static Place root(JsonNode document) {
    return new Place(document, JsonPointer.empty());
  }

  /** A member, whether it is there or not. */
  Place member(String name) {
    return resolved(pointer.appendProperty(name));
  }

  private Place resolved(JsonPointer place) {
    JsonPointer current = place;
    while (document.at(current).path("$ref").isTextual()) {
      current = JsonPointer.compile(document.at(current).path("$ref").textValue().substring(1));
    }
    return new Place(document, current);
  }

  List<Place> elements() {
    List<Place> elements = new ArrayList<>();
    for (int i = 0; i < node().size(); i++) {
      elements.add(resolved(pointer.appendIndex(i)));
    }
    return elements;
  }

  List<String> memberNames() {
    return node().propertyStream().map(member -> member.getKey()).toList();
  }

  boolean exists() {
    return !node().isMissingNode();
  }

  /** The text of a member, empty where there is none. */
  String text(String name) {
    return node().path(name).asText();
  }

  JsonNode node() {
    return document.at(pointer);
  }

  JsonPointer pointer() {
    return pointer;
  }

  @Override
  public String toString() {
    return pointer.toString();
  }
}
