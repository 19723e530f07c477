package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  @Test
  void withoutPropertiesEveryPartHasItsUsualPort() {
    Options options = Options.fromProperties(new Properties());

    assertThat(options.apiPort()).isEqualTo(8080);
    assertThat(Dependency.values()).extracting(options::port).containsExactly(8000, 8001, 9324);
    assertThat(Dependency.values())
        .extracting(options::proxyPort)
        .containsExactly(8100, 8101, 9424);
    assertThat(options.containers()).isEmpty();
    assertThat(options.doors()).isEqualTo(1);
    assertThat(options.functionPackage()).isEqualTo(Path.of("target/function.zip"));
    assertThat(options.processes()).isEqualTo(2);
  }

  @Test
  void propertiesChooseOtherwise() {
    Properties properties = new Properties();
    properties.setProperty("local.api.port", "0");
    properties.setProperty("local.pending-index", "http://127.0.0.1:9999");
    properties.setProperty("local.schedule", "5s");

    Options options = Options.fromProperties(properties);

    assertThat(options.apiPort()).isZero();
    assertThat(options.external(Dependency.PENDING_INDEX))
        .contains(URI.create("http://127.0.0.1:9999"));
    assertThat(options.external(Dependency.EVENT_TABLE)).isEmpty();
    assertThat(options.schedule()).contains(Duration.ofSeconds(5));
  }

  @Test
  void theSecondDoorHasAPortOfItsOwn() {
    Properties properties = new Properties();
    properties.setProperty("local.doors", "2");

    assertThat(Options.fromProperties(properties).secondDoorPort()).hasValue(8081);
    properties.setProperty("local.second-door.port", "0");
    assertThat(Options.fromProperties(properties).secondDoorPort()).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "local.api.port,ninety",
    "local.event-table.port,70000",
    "local.event-table,127.0.0.1:8000",
    "local.fallback-queue.proxy.port,-1",
    "local.containers,docker0",
    "local.containers,0.0.0.0",
    "local.containers,::",
    "local.processes,0",
    "local.doors,3",
    "local.schedule,soon",
    "local.class-archive,maybe"
  })
  void aPropertyThatMakesNoSenseIsNamed(String name, String value) {
    Properties properties = new Properties();
    properties.setProperty(name, value);

    assertThatThrownBy(() -> Options.fromProperties(properties))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(name);
  }

  @Test
  void aBusyPortIsNamedWithItsPartAndProperty() throws IOException {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      Properties properties = new Properties();
      properties.putAll(Options.FREE_PORTS);
      properties.setProperty("local.pending-index.port", "" + taken.getLocalPort());
      Options options = Options.fromProperties(properties);

      assertThatThrownBy(() -> LocalCloud.start(options))
          .isInstanceOf(StartFailure.class)
          .hasMessageContainingAll(
              "Port " + taken.getLocalPort(), "pending index", "local.pending-index.port")
          .message()
          .hasLineCount(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"500ms,PT0.5S", "5s,PT5S", "2m,PT2M", "1h,PT1H", "PT7S,PT7S"})
  void timesAreWrittenInTwoWays(String text, Duration meant) {
    Properties properties = new Properties();
    properties.setProperty("local.schedule", text);

    assertThat(Options.fromProperties(properties).schedule()).contains(meant);
  }
}
