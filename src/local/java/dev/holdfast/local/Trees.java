package dev.holdfast.local;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Views of a YAML tree: a part that is missing is an empty one. */
final class Trees {
  private Trees() {}

  static Map<String, Object> map(Object tree) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (tree instanceof Map<?, ?> map) {
      map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    }
    return copy;
  }

  static List<Object> list(Object tree) {
    if (tree instanceof List<?> list) {
      return List.copyOf(list);
    }
    return List.of();
  }

  static String text(Map<String, Object> map, String key, String otherwise) {
    Object value = map.get(key);
    return value == null ? otherwise : String.valueOf(value);
  }

  static int number(Map<String, Object> map, String key, int otherwise) {
    String text = text(map, key, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new StartFailure("The template's " + key + " is no number: " + text, notANumber);
    }
  }
}
