package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The template as AWS's own tools see it, where they are installed. */
@Tag("slow")
class ToolsTest {

  /** Ends with 3 where the translator is not installed. */
  private static final String TRANSFORM =
      """
      import json, sys
      try:
          from samtranslator.translator.transform import transform
          from samtranslator.yaml_helper import yaml_parse
      except ImportError:
          sys.exit(3)
      class ManagedPolicies:
          def load(self):
              return {}
      with open(sys.argv[1]) as file:
          template = yaml_parse(file.read())
      template["Globals"]["Function"]["CodeUri"] = "s3://bucket/function.zip"
      for resource in template["Resources"].values():
          if resource["Type"] == "AWS::Serverless::StateMachine":
              resource["Properties"]["DefinitionUri"] = "s3://bucket/segments.asl.json"
      print(json.dumps(transform(template, {}, ManagedPolicies())))
      """;

  private static final Pattern TEMPLATE_IN_A_DOCUMENT =
      Pattern.compile("```yaml\\R(.*?)```", Pattern.DOTALL);

  private record Result(int status, String output) {}

  @Test
  void samTurnsTheTemplateIntoOneOfCloudFormation() throws Exception {
    Result result = run(List.of("python3", "-c", TRANSFORM, DeploymentTemplate.FILE.toString()), 3);

    assertThat(result.status()).as(result.output()).isZero();
    Map<String, Tree> resources =
        new Tree(new ObjectMapper().readValue(result.output(), Map.class)).at("Resources").map();
    assertThat(ofType(resources, "AWS::Lambda::Function"))
        .isEqualTo(DeploymentTemplate.functions().keySet());
    // SAM adds none of its own, which would grant what no test has seen.
    assertThat(ofType(resources, "AWS::IAM::Role"))
        .isEqualTo(DeploymentTemplate.resources("AWS::IAM::Role").keySet());
    assertThat(ofType(resources, "AWS::Lambda::EventSourceMapping")).hasSize(1);
    // The sweep's, and the audit's, which the template has.
    assertThat(ofType(resources, "AWS::Scheduler::Schedule")).hasSize(2);
    // What SAM adds is called after the stack, too.
    assertThat(PhysicalNames.faults(resources)).isEmpty();
  }

  @Test
  void cfnLintHasNothingToSay(@TempDir Path directory) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "cfn-lint",
                DeploymentTemplate.FILE.toString(),
                Path.of("examples", "consumer", "template.yaml").toString(),
                Path.of("docs", "acceptance", "fault.yaml").toString()));
    for (String document : List.of("deployment.md", "second-region.md")) {
      List<String> documented =
          TEMPLATE_IN_A_DOCUMENT
              .matcher(Files.readString(Path.of("docs", document)))
              .results()
              .map(found -> found.group(1))
              .toList();
      assertThat(documented).as(document).isNotEmpty();
      for (String template : documented) {
        command.add(
            Files.writeString(directory.resolve(command.size() + ".yaml"), template).toString());
      }
    }

    Result result = run(command, 127);

    assertThat(result.output()).isEmpty();
    assertThat(result.status()).isZero();
  }

  private static Set<String> ofType(Map<String, Tree> resources, String type) {
    return resources.entrySet().stream()
        .filter(resource -> resource.getValue().at("Type").text().equals(type))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Result run(List<String> command, int missing)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putIfAbsent("AWS_DEFAULT_REGION", "eu-central-1");
    builder.redirectErrorStream(true);
    Process process;
    try {
      process = builder.start();
    } catch (IOException absent) {
      return notInstalled(command);
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    return status == missing ? notInstalled(command) : new Result(status, output);
  }

  private static Result notInstalled(List<String> command) {
    return abort(
        command.get(0)
            + " with cfn-lint and aws-sam-translator is not installed, so the template is not"
            + " checked with it; pip install cfn-lint brings both");
  }
}
