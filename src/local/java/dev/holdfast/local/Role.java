package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a function may do: the Allow statements of its role's inline policies (AWS, "IAM JSON policy
 * element reference"). What Deny and Condition elements would take from it is not taken, and a
 * managed policy gives it nothing.
 */
record Role(List<Statement> statements) {
  static final Role NONE = new Role(List.of());

  /**
   * An Allow statement.
   *
   * @param actions with {@code *} for any characters and {@code ?} for one
   * @param resources ARNs, likewise
   */
  record Statement(List<String> actions, List<String> resources) {}

  /**
   * The role of some policy documents.
   *
   * @param documents with their intrinsic functions evaluated
   */
  static Role of(List<JsonNode> documents) {
    return new Role(
        documents.stream()
            .flatMap(document -> oneOrMore(document.path("Statement")).stream())
            .filter(statement -> statement.path("Effect").asText().equals("Allow"))
            .map(
                statement ->
                    new Statement(
                        texts(statement.path("Action")), texts(statement.path("Resource"))))
            .toList());
  }

  /**
   * Whether it may.
   *
   * @param resource an ARN
   */
  boolean allows(String action, String resource) {
    return statements.stream()
        .anyMatch(
            statement ->
                // IAM does not distinguish the case of an action.
                statement.actions().stream().anyMatch(glob -> matches("(?i)", glob, action))
                    && statement.resources().stream()
                        .anyMatch(glob -> matches("", glob, resource)));
  }

  private static boolean matches(String flags, String glob, String text) {
    String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    return text.matches(flags + regex);
  }

  private static List<String> texts(JsonNode tree) {
    return oneOrMore(tree).stream().map(JsonNode::asText).toList();
  }

  /** What may be a list or stand alone; nothing where it is missing. */
  static List<JsonNode> oneOrMore(JsonNode tree) {
    return tree.isArray()
        ? tree.valueStream().toList()
        : tree.isMissingNode() ? List.of() : List.of(tree);
  }
}
