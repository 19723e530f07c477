package dev.holdfast.deploy;

import dev.holdfast.local.TemplateReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The project's template.yaml, short forms of intrinsic functions in their long form. */
final class DeploymentTemplate {

  static final Path FILE = Path.of("template.yaml");

  private static final Tree DOCUMENT = new Tree(TemplateReader.read(FILE));

  private DeploymentTemplate() {}

  static Tree globalFunction() {
    return DOCUMENT.at("Globals", "Function");
  }

  static Map<String, Tree> parameters() {
    return DOCUMENT.at("Parameters").map();
  }

  static Tree parameterGroups() {
    return DOCUMENT.at("Metadata", "AWS::CloudFormation::Interface", "ParameterGroups");
  }

  static Map<String, Tree> rules() {
    return DOCUMENT.at("Rules").map();
  }

  static Map<String, Tree> conditions() {
    return DOCUMENT.at("Conditions").map();
  }

  static Map<String, Tree> outputs() {
    return DOCUMENT.at("Outputs").map();
  }

  /** All resources by logical id. */
  static Map<String, Tree> resources() {
    return DOCUMENT.at("Resources").map();
  }

  static Tree resource(String logicalId) {
    return DOCUMENT.at("Resources", logicalId);
  }

  static Tree properties(String logicalId) {
    return resource(logicalId).at("Properties");
  }

  /** The resources of a type by logical id. */
  static Map<String, Tree> resources(String type) {
    Map<String, Tree> resources = new TreeMap<>();
    resources()
        .forEach(
            (logicalId, resource) -> {
              if (resource.at("Type").text().equals(type)) {
                resources.put(logicalId, resource);
              }
            });
    return resources;
  }

  static Map<String, Tree> functions() {
    return resources("AWS::Serverless::Function");
  }

  /** The value that a function's environment has for a variable, Globals included. */
  static Map<String, Tree> environment(Tree function) {
    Map<String, Tree> variables = new TreeMap<>();
    variables.putAll(globalFunction().at("Environment", "Variables").map());
    variables.putAll(function.at("Properties", "Environment", "Variables").map());
    return variables;
  }
}
