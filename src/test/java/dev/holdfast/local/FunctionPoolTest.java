package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionPoolTest {

  @Test
  void whatIsClosedStartsNothingThoughItsRegionComesBack(@TempDir Path directory) {
    AtomicInteger launches = new AtomicInteger();
    Vertx vertx = Loopback.vertx();
    FunctionPool pool =
        new FunctionPool(
            vertx,
            Door.HOME,
            Template.read(Path.of("template.yaml"), Map.of()).functions(Map.of()).get(0),
            launching -> {
              launches.incrementAndGet();
              throw new IOException("There is nothing to start.");
            },
            directory.resolve("function.log"),
            1,
            line -> {});
    pool.close();
    pool.lose();
    pool.comeBack();
    try {
      assertThat(pool.invoke(Buffer.buffer("{}"), Duration.ofSeconds(1)).join())
          .isEqualTo(new Outcome.Died("The local cloud is stopping."));
      assertThat(launches).hasValue(0);
    } finally {
      Loopback.await(vertx.close());
    }
  }
}
