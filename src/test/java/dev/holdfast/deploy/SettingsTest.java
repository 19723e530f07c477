package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkiverse.amazon.common.AmazonClient;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The environment of the functions sets what the package reads, and what it cannot know. */
class SettingsTest {

  /** A time, a number or a switch: what has a default that suits AWS, too. */
  private static final Pattern MEASURE = Pattern.compile("[0-9]+[a-zA-Z]*|true|false");

  /** What is read without a key of ours, and by whom. */
  private static final Map<String, String> READ_BY_OTHERS =
      Map.of(
          "JAVA_TOOL_OPTIONS", "the JVM",
          "QUARKUS_LAMBDA_HANDLER", "Quarkus: which handler of the package runs",
          "DISABLE_SIGNAL_HANDLERS", "Quarkus: a native executable leaves signals alone");

  @Test
  void everyVariableIsRead() {
    Set<String> read = new TreeSet<>(READ_BY_OTHERS.keySet());
    settings().keySet().forEach(key -> read.add(variable(key)));
    clients().forEach(client -> read.add(variable("quarkus.dynamodb." + client + ".aws.region")));
    clients()
        .forEach(client -> read.add(variable("quarkus.dynamodb." + client + ".endpoint-override")));
    read.add(variable("quarkus.sqs.endpoint-override"));

    assertThat(read).containsAll(variables());
  }

  @Test
  void everySettingThatDependsOnTheDeploymentIsSet() {
    Set<String> unknowable =
        settings().entrySet().stream()
            .filter(setting -> !MEASURE.matcher(setting.getValue()).matches())
            .map(setting -> variable(setting.getKey()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(unknowable).isNotEmpty();
    assertThat(variables()).containsAll(unknowable);
  }

  @Test
  void everyParameterIsExplainedHasADefaultAndABound() {
    DeploymentTemplate.parameters()
        .forEach(
            (name, parameter) -> {
              assertThat(parameter.at("Description").text()).as(name).hasSizeGreaterThan(20);
              assertThat(parameter.has("Default")).as(name).isTrue();
              assertThat(parameter.map().keySet())
                  .as(name)
                  .containsAnyOf("AllowedValues", "AllowedPattern", "MinValue");
            });
  }

  @Test
  void everyParameterIsInAGroup() {
    Set<String> grouped =
        DeploymentTemplate.parameterGroups().list().stream()
            .flatMap(group -> group.at("Parameters").list().stream())
            .map(Tree::text)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(grouped).isEqualTo(new TreeSet<>(DeploymentTemplate.parameters().keySet()));
  }

  @Test
  void everyParameterIsInTheDocumentation() throws IOException {
    String documentation = Files.readString(Path.of("docs", "deployment.md"));

    assertThat(DeploymentTemplate.parameters().keySet())
        .allSatisfy(name -> assertThat(documentation).contains("`" + name + "`"));
  }

  private static Set<String> variables() {
    return DeploymentTemplate.functions().values().stream()
        .flatMap(function -> DeploymentTemplate.environment(function).keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** As MicroProfile Config looks for a key in the environment. */
  private static String variable(String key) {
    return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  /** The keys of ours and their values. */
  private static Map<String, String> settings() {
    Properties properties = new Properties();
    try (Reader reader =
        Files.newBufferedReader(Path.of("src", "main", "resources", "application.properties"))) {
      properties.load(reader);
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
    return properties.stringPropertyNames().stream()
        .filter(key -> key.startsWith("holdfast."))
        .collect(Collectors.toMap(key -> key, properties::getProperty));
  }

  /** The names of DynamoDB's clients. */
  private static Set<String> clients() {
    JavaClasses adapters =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.holdfast.aws");
    return adapters.stream()
        .flatMap(type -> type.getMethods().stream())
        .flatMap(SettingsTest::client)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> client(JavaMethod method) {
    return method.isAnnotatedWith(AmazonClient.class)
        ? Stream.of(method.getAnnotationOfType(AmazonClient.class).value())
        : Stream.empty();
  }
}
