package dev.holdfast.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An item, or a map within one, as DynamoDB gave it. Only this package writes items, so one that
 * cannot be read is a bug: every method ends in a {@link CorruptItemException} then. No rule for
 * what comes from outside makes an item unreadable: see {@link EventAttributes}.
 */
record StoredItem(Map<String, AttributeValue> attributes) {

  boolean has(String name) {
    return attributes.containsKey(name);
  }

  /** What a text attribute spells. */
  <T> T text(String name, Function<String, Optional<T>> parse) {
    return Optional.ofNullable(attributes.get(name))
        .map(AttributeValue::s)
        .flatMap(parse)
        .orElseThrow(() -> corrupt(name));
  }

  /** As {@link #text}, for a value that takes what was accepted by its constructor. */
  <T> T value(String name, Function<String, T> constructor) {
    try {
      return constructor.apply(text(name, Optional::of));
    } catch (IllegalArgumentException refused) {
      throw corrupt(name);
    }
  }

  /** As {@link #value}, for an attribute that need not be there. */
  <T> Optional<T> optionalValue(String name, Function<String, T> constructor) {
    return has(name) ? Optional.of(value(name, constructor)) : Optional.empty();
  }

  /** A whole number. */
  long number(String name) {
    try {
      return Optional.ofNullable(attributes.get(name))
          .map(AttributeValue::n)
          .map(Long::valueOf)
          .orElseThrow(() -> corrupt(name));
    } catch (NumberFormatException noWholeNumber) {
      throw corrupt(name);
    }
  }

  /** A map. */
  StoredItem map(String name) {
    return Optional.ofNullable(attributes.get(name))
        .filter(AttributeValue::hasM)
        .map(value -> new StoredItem(value.m()))
        .orElseThrow(() -> corrupt(name));
  }

  /** A list of maps. */
  List<StoredItem> maps(String name) {
    return Optional.ofNullable(attributes.get(name))
        .filter(AttributeValue::hasL)
        .filter(list -> list.l().stream().allMatch(AttributeValue::hasM))
        .map(list -> list.l().stream().map(value -> new StoredItem(value.m())).toList())
        .orElseThrow(() -> corrupt(name));
  }

  private static CorruptItemException corrupt(String name) {
    return new CorruptItemException(name);
  }
}
