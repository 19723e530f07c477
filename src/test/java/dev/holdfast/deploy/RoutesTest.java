package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.openapi.ApiDocument;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The routes of the template are those of the API's document. */
class RoutesTest {

  /** The route keys of a template. Its intrinsic functions are left unread. */
  private static Set<String> routeKeys(Reader template) {
    return of("AWS::ApiGatewayV2::Route", template)
        .map(route -> text(route, "RouteKey"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The properties of every resource of a type. */
  private static Stream<Node> of(String type, Reader template) {
    return Stream.ofNullable(new Yaml().compose(template))
        .flatMap(document -> member(document, "Resources").stream())
        .flatMap(resources -> ((MappingNode) resources).getValue().stream())
        .map(resource -> resource.getValueNode())
        .filter(resource -> text(resource, "Type").equals(type))
        .flatMap(resource -> member(resource, "Properties").stream());
  }

  private static Optional<Node> member(Node mapping, String name) {
    return ((MappingNode) mapping)
        .getValue().stream()
            .filter(entry -> ((ScalarNode) entry.getKeyNode()).getValue().equals(name))
            .map(entry -> entry.getValueNode())
            .findFirst();
  }

  private static String text(Node mapping, String name) {
    return member(mapping, name).map(node -> ((ScalarNode) node).getValue()).orElse("");
  }

  @Test
  void areTheRoutesOfTheDocument() throws IOException {
    try (Reader template = Files.newBufferedReader(Path.of("template.yaml"))) {
      assertThat(routeKeys(template)).isEqualTo(ApiDocument.published().routeKeys());
    }
  }

  /** With any other, every path that a function gets begins with the stage's name. */
  @Test
  void areThoseOfTheDefaultStageAlone() throws IOException {
    try (Reader template = Files.newBufferedReader(Path.of("template.yaml"))) {
      assertThat(of("AWS::ApiGatewayV2::Stage", template))
          .map(stage -> text(stage, "StageName"))
          .containsExactly("$default");
    }
  }

  @Test
  void areNoLongerThoseOfTheDocumentWhereItLosesOne() throws IOException {
    ApiDocument mutant =
        ApiDocument.published()
            .with(document -> document.withObject("/paths").remove("/bookings/{bookingCode}"));
    try (Reader template = Files.newBufferedReader(Path.of("template.yaml"))) {
      Set<String> surplus = routeKeys(template);
      surplus.removeAll(mutant.routeKeys());
      assertThat(surplus).containsExactly("GET /bookings/{bookingCode}");
    }
  }
}
