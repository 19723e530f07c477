package dev.holdfast.function;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The event that an operator invokes a function with: a JSON object, read strictly, for what is
 * misspelt at three in the morning must not pass for something else. Whoever reads asks for {@link
 * #errors} before using what was read. Not thread-safe.
 */
final class OperatorEvent {

  private final JsonNode event;
  private final Set<String> known = new HashSet<>();
  private final List<String> errors = new ArrayList<>();

  OperatorEvent(JsonNode event) {
    this.event = event;
    if (!event.isObject()) {
      errors.add("The event must be a JSON object");
    }
  }

  /** What is wrong with the event, a sentence each; members that were not read are wrong, too. */
  List<String> errors() {
    List<String> all = new ArrayList<>(errors);
    event
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                all.add(name + " is not known; there are " + String.join(", ", sorted(known)));
              }
            });
    return all;
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  /** A whole number. */
  Optional<Integer> number(String name, int min, int max) {
    Optional<JsonNode> value = member(name);
    Optional<Integer> number =
        value
            .filter(JsonNode::isIntegralNumber)
            .filter(JsonNode::canConvertToInt)
            .map(JsonNode::intValue)
            .filter(it -> it >= min && it <= max);
    if (value.isPresent() && number.isEmpty()) {
      errors.add(name + " must be a whole number from " + min + " to " + max);
    }
    return number;
  }

  /** A count that goes up from one event to the next; 0 where it is not there. */
  long count(String name) {
    Optional<JsonNode> value = member(name);
    Optional<Long> count =
        value
            .filter(JsonNode::isIntegralNumber)
            .filter(JsonNode::canConvertToLong)
            .map(JsonNode::longValue)
            .filter(it -> it >= 0);
    if (value.isPresent() && count.isEmpty()) {
      errors.add(name + " must be a whole number, 0 or more");
    }
    return count.orElse(0L);
  }

  /** A text for people. */
  Optional<String> text(String name, int maxLength) {
    return parsed(
        name,
        text -> Optional.of(text).filter(it -> !it.isBlank() && it.length() <= maxLength),
        "a text of 1 to " + maxLength + " characters");
  }

  /**
   * What a text spells.
   *
   * @param form what it must be, for people
   */
  <T> Optional<T> parsed(String name, Function<String, Optional<T>> parse, String form) {
    Optional<JsonNode> value = member(name);
    Optional<T> parsed = value.map(JsonNode::textValue).flatMap(parse);
    if (value.isPresent() && parsed.isEmpty()) {
      errors.add(name + " must be " + form);
    }
    return parsed;
  }

  /** Texts that go from one event to the next; none where they are not there. */
  List<String> texts(String name, int most, int maxLength) {
    Optional<JsonNode> value = member(name);
    List<String> texts = new ArrayList<>();
    value.ifPresent(list -> list.forEach(it -> texts.add(it.asText())));
    boolean isRight =
        value.stream()
            .allMatch(
                list ->
                    list.isArray()
                        && list.size() <= most
                        && texts.stream().allMatch(it -> it.length() <= maxLength));
    if (!isRight) {
      errors.add(name + " must be a list of up to " + most + " texts");
    }
    return texts;
  }

  /** Complains where something that must be there is not. */
  <T> Optional<T> required(String name, Optional<T> value) {
    if (!event.has(name)) {
      errors.add(name + " must be there");
    }
    return value;
  }

  /** Reads over a member that says nothing to this function. */
  void ignore(String name) {
    known.add(name);
  }

  private Optional<JsonNode> member(String name) {
    known.add(name);
    return Optional.ofNullable(event.get(name));
  }
}
