package dev.holdfast.chaos;

import dev.holdfast.chaos.Acceptance.Deed;
import dev.holdfast.chaos.Acceptance.Fault;
import dev.holdfast.chaos.Acceptance.Setting;
import dev.holdfast.chaos.Acceptance.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/** {@code mvn -Pacceptance}; docs/acceptance says what it takes. */
public final class AcceptanceMain {
  private AcceptanceMain() {}

  public static void main(String[] arguments) throws Exception {
    Signature signature =
        new Signature(
            DefaultCredentialsProvider.builder().build(),
            DefaultAwsRegionProviderChain.builder().build().getRegion());
    Setting setting =
        new Setting(
            URI.create(
                property("api")
                    .orElseThrow(() -> new IllegalArgumentException("-Dapi=https://… is missing"))),
            signature::sign,
            Path.of("target", "acceptance", "history.jsonl"),
            Duration.ofSeconds(Long.getLong("acceptance.seconds", 60)),
            Duration.ofSeconds(Long.getLong("acceptance.patience", 600)),
            (failing, refusals) -> Set.of());
    boolean isAccepted = Acceptance.play(setting, faults(), System.out::println);
    System.exit(isAccepted ? 0 : 1);
  }

  private static List<Fault> faults() {
    List<Fault> faults = new ArrayList<>();
    for (Store store : Store.values()) {
      String name = "fault." + store.name().toLowerCase(Locale.ROOT).replace('_', '-');
      Optional<String> begins = property(name + ".begin");
      Optional<String> ends = property(name + ".end");
      if (begins.isPresent() != ends.isPresent()) {
        throw new IllegalArgumentException(name + " needs both: .begin and .end");
      }
      begins.ifPresent(
          begin -> faults.add(new Fault(store, command(begin), command(ends.orElseThrow()))));
    }
    return faults;
  }

  private static Deed command(String line) {
    return () -> {
      int status = new ProcessBuilder("sh", "-c", line).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IOException("It ended with " + status + ": " + line);
      }
    };
  }

  private static Optional<String> property(String name) {
    return Optional.ofNullable(System.getProperty(name)).filter(value -> !value.isBlank());
  }
}
