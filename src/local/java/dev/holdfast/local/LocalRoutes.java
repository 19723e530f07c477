package dev.holdfast.local;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The local cloud's own routes, below {@code /_local}: what is broken, what to break, what there
 * is; and a way to call a function.
 *
 * <p>{@code GET /_local/faults} answers an object by dependency, {@code null} where it is healthy.
 */
record LocalRoutes(Faults faults, Supplier<State> state, Invoker invoker) {

  Routes addTo(Routes routes) {
    String home = "/_local/faults/" + Faults.HOME_REGION;
    return routes
        .add(GET, "/_local/faults", request -> tellFaults())
        .add(PUT, home, request -> loseHome())
        .add(DELETE, home, request -> bringHomeBack())
        .add(PUT, "/_local/faults/:dependency", request -> at(request, it -> inject(request, it)))
        .add(DELETE, "/_local/faults/:dependency", request -> at(request, this::heal))
        .add(GET, "/_local/state", request -> tellState())
        .addAsync(
            POST,
            "/_local/invoke/:function",
            request ->
                Future.fromCompletionStage(
                    invoker.invoke(request.pathParam("function"), Routes.body(request))));
  }

  private HttpAnswer inject(RoutingContext request, Dependency dependency) {
    Fault.Request fault = Fault.read(Json.tree(Routes.body(request)));
    if (fault instanceof Fault.Request.Invalid invalid) {
      return HttpAnswer.problem(400, "Not a fault", invalid.detail());
    }
    faults.inject(dependency, ((Fault.Request.Valid) fault).fault());
    return tellFaults();
  }

  private HttpAnswer heal(Dependency dependency) {
    faults.heal(dependency);
    return tellFaults();
  }

  private static HttpAnswer at(RoutingContext request, Function<Dependency, HttpAnswer> deed) {
    String name = request.pathParam("dependency");
    String others = "event-table, pending-index, fallback-queue, home-region";
    return Dependency.of(name)
        .map(deed)
        .orElseGet(
            () ->
                HttpAnswer.problem(
                    404, "Unknown dependency", "'%s' is not one of %s.".formatted(name, others)));
  }

  private HttpAnswer loseHome() {
    if (!faults.hasTwoDoors()) {
      return HttpAnswer.problem(
          409,
          "One door",
          "Without a second door nobody could knock any more: mvn -Plocal -Dlocal.doors=2.");
    }
    faults.loseHome();
    return tellFaults();
  }

  private HttpAnswer bringHomeBack() {
    faults.bringHomeBack();
    return tellFaults();
  }

  private HttpAnswer tellFaults() {
    return HttpAnswer.json(200, faults.toJson());
  }

  private HttpAnswer tellState() {
    try {
      return HttpAnswer.json(200, state.get());
    } catch (SdkException silent) {
      return HttpAnswer.problem(503, "Cannot count", String.valueOf(silent.getMessage()));
    }
  }
}
