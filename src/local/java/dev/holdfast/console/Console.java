package dev.holdfast.console;

import dev.holdfast.local.HttpAnswer;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Onlooker;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** The console of one local cloud, on the port of its API. Safe for use by several threads. */
public final class Console implements Onlooker, AutoCloseable {
  private final LocalCloud cloud;
  private final Routes routes;

  private Console(LocalCloud cloud) {
    this.cloud = cloud;
    Assets assets = new Assets();
    this.routes =
        new Routes(cloud.vertx())
            .add("GET", "/", (path, body) -> assets.own("index.html"))
            .add("GET", "/_local/console/([^/]+)", (path, body) -> assets.own(path.group(1)))
            .add(
                "GET",
                "/_local/console/lib/([^/]+)/([^/]+)",
                (path, body) -> assets.library(path.group(1), path.group(2)));
  }

  /** Has a local cloud show its console until this is closed, or the cloud is. */
  public static Console open(LocalCloud cloud) {
    Console console = new Console(cloud);
    cloud.show(console);
    return console;
  }

  @Override
  public boolean handles(HttpServerRequest request) {
    return routes.handles(request);
  }

  @Override
  public Consumer<ApiAnswer> apiCalled(ApiCall call) {
    return answer -> {};
  }

  @Override
  public void dependencyCalled(DependencyCall call) {}

  @Override
  public void functionInvoked(String function, Buffer event, HttpAnswer answer) {}

  @Override
  public void close() {
    cloud.show(Onlooker.NOBODY);
  }
}
