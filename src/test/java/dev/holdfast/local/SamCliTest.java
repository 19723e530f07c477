package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code sam local invoke} and {@code sam local start-api} with the project's files alone lead to
 * what {@code mvn -Plocal} listens on by default. {@link SamCliIT} goes there.
 */
class SamCliTest {
  /** What Docker calls the machine that it runs on. */
  private static final String HOST = "host.docker.internal";

  private static final Options USUAL = Options.fromProperties(new Properties());

  @ParameterizedTest
  @ValueSource(strings = {"local_invoke", "local_start_api"})
  void everyFunctionIsToldWhereTheLocalCloudsStoresAre(String command) {
    SamCli sam = SamCli.run(command);

    for (Template.Function function : deployed(queueUrls())) {
      assertThat(sam.environment(function.logicalId()))
          .as(function.logicalId())
          .containsAllEntriesOf(
              Map.of(
                  "QUARKUS_DYNAMODB_EVENTS_ENDPOINT_OVERRIDE", proxy(Dependency.EVENT_TABLE),
                  "QUARKUS_DYNAMODB_PENDING_ENDPOINT_OVERRIDE", proxy(Dependency.PENDING_INDEX),
                  "QUARKUS_SQS_ENDPOINT_OVERRIDE", proxy(Dependency.FALLBACK_QUEUE)))
          .containsAllEntriesOf(namesIn(function.environment()));
    }
  }

  /** What the stack is called and where it is matters to nobody here. */
  private static Map<String, String> namesIn(Map<String, String> environment) {
    Map<String, String> names = new TreeMap<>(environment);
    List.of(
            "HOLDFAST_STACK",
            "QUARKUS_DYNAMODB_EVENTS_AWS_REGION",
            "QUARKUS_DYNAMODB_PENDING_AWS_REGION",
            "QUARKUS_DYNAMODB_REPLICA_AWS_REGION")
        .forEach(names::remove);
    return names;
  }

  private static String proxy(Dependency dependency) {
    return "http://" + HOST + ":" + USUAL.proxyPort(dependency);
  }

  private static Map<String, String> queueUrls() {
    return template().queues().stream()
        .collect(
            Collectors.toMap(
                Template.Queue::logicalId,
                queue ->
                    proxy(Dependency.FALLBACK_QUEUE)
                        + "/"
                        + Intrinsics.ACCOUNT
                        + "/"
                        + queue.name()));
  }

  private static Template template() {
    return Template.read(Path.of("template.yaml"), Map.of("Package", "jvm"));
  }

  private static List<Template.Function> deployed(Map<String, String> queueUrls) {
    return template().functions(queueUrls);
  }

  /** SAM CLI drops without a word what a function does not declare. */
  @Test
  void everyVariableOfTheFileIsDeclared() {
    SamCli sam = SamCli.run("local_invoke");
    JsonNode file = sam.file();

    assertThat(file.fieldNames()).toIterable().containsExactly("Parameters");
    for (Template.Function function : deployed(Map.of())) {
      assertThat(file.path("Parameters").fieldNames())
          .toIterable()
          .isSubsetOf(sam.environment(function.logicalId()).keySet());
    }
  }

  @Test
  void onAwsNoEndpointIsOverridden() {
    assertThat(deployed(Map.of()))
        .allSatisfy(
            function ->
                assertThat(function.environment().keySet())
                    .noneMatch(name -> name.contains("ENDPOINT")));
  }

  /** In Docker's network "host" SAM CLI does not reach the container. */
  @ParameterizedTest
  @ValueSource(strings = {"local_invoke", "local_start_api"})
  void theContainerFindsTheHostByAName(String command) {
    SamCli sam = SamCli.run(command);

    assertThat(sam.options().path("add_host"))
        .singleElement()
        .extracting(JsonNode::asText)
        .isEqualTo(HOST + ":host-gateway");
    assertThat(sam.options().has("docker_network")).isFalse();
    assertThat(sam.file().path("Parameters"))
        .map(JsonNode::asText)
        .filteredOn(value -> value.startsWith("http"))
        .allMatch(url -> URI.create(url).getHost().equals(HOST));
  }

  @ParameterizedTest
  @CsvSource({
    "jvm, java21, io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest",
    "native, provided.al2023, bootstrap"
  })
  void bothPackagesHaveTheirRuntime(String kind, String runtime, String handler) {
    SamCli sam = SamCli.run("local_invoke", "Package=" + kind);

    assertThat(sam.property("AppendFunction", "Runtime")).isEqualTo(runtime);
    assertThat(sam.property("AppendFunction", "Handler")).isEqualTo(handler);
    assertThat(sam.property("AppendFunction", "Architectures")).isEqualTo(List.of("x86_64"));
    // It unpacks what ends so, and nothing else.
    assertThat(sam.property("AppendFunction", "CodeUri")).asString().endsWith(".zip");
  }

  /** Without more said it is the package that a machine without GraalVM builds. */
  @Test
  void withoutMoreSaidItIsTheJvm() {
    assertThat(SamCli.run("local_invoke").property("ReadFunction", "Runtime")).isEqualTo("java21");
    assertThat(SamCli.run("local_start_api").property("ReadFunction", "Runtime"))
        .isEqualTo("java21");
  }

  @Test
  void theApiHasTheRoutesOfTheGateway() {
    Map<String, String> routes =
        deployed(Map.of()).stream()
            .flatMap(function -> function.routes().stream())
            .collect(Collectors.toMap(ApiRoute::key, ApiRoute::function));

    assertThat(routes).isNotEmpty();
    assertThat(SamCli.run("local_start_api").routes()).isEqualTo(routes);
  }
}
