package dev.holdfast.deploy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What CloudFormation makes of the template with some values of its parameters: what it refuses,
 * what is there, and what refers to something that is not.
 */
final class Deployment {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!}.]+)[^}]*}");

  private static final Map<String, Tree> CONDITIONS = DeploymentTemplate.conditions();

  /** The condition of each resource that has one. */
  private static final Map<String, String> CONDITIONAL = new HashMap<>();

  /** Those to what is not always there. */
  private static final List<Reference> REFERENCES;

  static {
    Map<String, Tree> resources = DeploymentTemplate.resources();
    resources.forEach(
        (name, resource) -> {
          if (resource.has("Condition")) {
            CONDITIONAL.put(name, resource.at("Condition").text());
          }
        });
    Set<String> always = new HashSet<>(DeploymentTemplate.parameters().keySet());
    always.addAll(resources.keySet());
    always.removeAll(CONDITIONAL.keySet());
    REFERENCES =
        Stream.of(
                part("Globals", DeploymentTemplate.globalFunction()),
                parts(resources),
                parts(DeploymentTemplate.outputs()))
            .flatMap(references -> references)
            .filter(reference -> !always.contains(reference.to()))
            .toList();
  }

  private final Map<String, String> values = new HashMap<>();
  private final Map<String, Boolean> conditions = new HashMap<>();

  /**
   * @param given the values of some parameters, and of {@code AWS::Region}; the others have their
   *     defaults
   */
  Deployment(Map<String, String> given) {
    DeploymentTemplate.parameters()
        .forEach((name, parameter) -> values.put(name, parameter.at("Default").text()));
    values.putAll(given);
  }

  /**
   * That a part of the template names another.
   *
   * @param from what it is in
   * @param reached the conditions, and what each has to be, for the name to be looked up
   */
  private record Reference(String from, Map<String, Boolean> reached, String to) {}

  /** What the rules say. */
  List<String> refusals() {
    List<String> refusals = new ArrayList<>();
    for (Tree rule : DeploymentTemplate.rules().values()) {
      if (!rule.has("RuleCondition") || holds(rule.at("RuleCondition"))) {
        rule.at("Assertions").list().stream()
            .filter(assertion -> !holds(assertion.at("Assert")))
            .forEach(assertion -> refusals.add(assertion.at("AssertDescription").text()));
      }
    }
    return refusals;
  }

  /** The logical ids of the resources that are made. */
  Set<String> resources() {
    return made(DeploymentTemplate.resources());
  }

  /** The names of the outputs that are there. */
  Set<String> outputs() {
    return made(DeploymentTemplate.outputs());
  }

  /** What would fail the deployment: a name of something that is not made. */
  List<String> danglingReferences() {
    return REFERENCES.stream()
        .filter(
            reference ->
                !CONDITIONAL.containsKey(reference.to()) || !holds(CONDITIONAL.get(reference.to())))
        .filter(
            reference ->
                reference.reached().entrySet().stream()
                    .allMatch(entry -> holds(entry.getKey()) == entry.getValue()))
        .map(reference -> reference.from() + " refers to " + reference.to())
        .toList();
  }

  /** A part of the template with every {@code Fn::If} decided: what stands there. */
  Stream<Tree> chosen(Tree part) {
    if (part.at("Ref").text().equals("AWS::NoValue")) {
      return Stream.empty();
    }
    if (!part.has("Fn::If")) {
      return Stream.of(part);
    }
    List<Tree> arguments = part.at("Fn::If").list();
    return chosen(arguments.get(holds(arguments.get(0).text()) ? 1 : 2));
  }

  private Set<String> made(Map<String, Tree> all) {
    Set<String> made = new TreeSet<>();
    all.forEach(
        (name, tree) -> {
          if (!tree.has("Condition") || holds(tree.at("Condition").text())) {
            made.add(name);
          }
        });
    return made;
  }

  private boolean holds(String condition) {
    Boolean known = conditions.get(condition);
    if (known == null) {
      known = holds(CONDITIONS.get(condition));
      conditions.put(condition, known);
    }
    return known;
  }

  /**
   * AWS, "Condition functions" and "Rule-specific intrinsic functions", as far as the template uses
   * them.
   */
  private boolean holds(Tree condition) {
    Map.Entry<String, Tree> function = condition.map().entrySet().iterator().next();
    List<Tree> arguments = function.getValue().list();
    return switch (function.getKey()) {
      case "Condition" -> holds(function.getValue().text());
      case "Fn::Not" -> !holds(arguments.get(0));
      case "Fn::And" -> arguments.stream().allMatch(this::holds);
      case "Fn::Or" -> arguments.stream().anyMatch(this::holds);
      case "Fn::Equals", "Fn::EachMemberEquals" ->
          value(arguments.get(0)).equals(value(arguments.get(1)));
      case "Fn::Contains" ->
          arguments.get(0).list().stream()
              .map(Tree::text)
              .anyMatch(value(arguments.get(1))::equals);
      default -> throw new AssertionError("A function that this test does not know: " + condition);
    };
  }

  private String value(Tree operand) {
    return operand.has("Ref") ? values.get(operand.at("Ref").text()) : operand.text();
  }

  private static Stream<Reference> parts(Map<String, Tree> parts) {
    return parts.entrySet().stream().flatMap(entry -> part(entry.getKey(), entry.getValue()));
  }

  private static Stream<Reference> part(String name, Tree tree) {
    Map<String, Boolean> reached =
        tree.has("Condition") ? Map.of(tree.at("Condition").text(), true) : Map.of();
    return references(name, reached, tree);
  }

  private static Stream<Reference> references(
      String from, Map<String, Boolean> reached, Tree tree) {
    if (tree.has("Fn::If")) {
      List<Tree> arguments = tree.at("Fn::If").list();
      String condition = arguments.get(0).text();
      return Stream.of(true, false)
          .flatMap(
              isMet -> {
                Map<String, Boolean> further = new HashMap<>(reached);
                Boolean before = further.put(condition, isMet);
                return before != null && !before.equals(isMet)
                    ? Stream.empty()
                    : references(from, further, arguments.get(isMet ? 1 : 2));
              });
    }
    Stream<Tree> below =
        tree.node() instanceof List<?> ? tree.list().stream() : tree.map().values().stream();
    return Stream.concat(
        names(tree)
            .filter(name -> !name.startsWith("AWS::"))
            .map(name -> new Reference(from, reached, name)),
        below.flatMap(part -> references(from, reached, part)));
  }

  /** What a part names itself, not in a part of it. */
  private static Stream<String> names(Tree tree) {
    if (tree.has("Ref")) {
      return Stream.of(tree.at("Ref").text());
    }
    if (tree.has("Fn::GetAtt")) {
      return Stream.of(tree.at("Fn::GetAtt").text().split("[.]", 2)[0]);
    }
    if (tree.has("Fn::Sub")) {
      List<Tree> arguments = tree.at("Fn::Sub").list();
      Set<String> own = arguments.size() > 1 ? arguments.get(1).map().keySet() : Set.<String>of();
      return VARIABLE
          .matcher(arguments.get(0).text())
          .results()
          .map(found -> found.group(1))
          .filter(name -> !own.contains(name));
    }
    return Stream.empty();
  }
}
