package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ApiRouteTest {

  @Test
  void aVariableTakesOneSegment() {
    ApiRoute route = ApiRoute.ofKey("GET /bookings/{code}/events", "read");

    assertThat(route.match("GET", "/bookings/a c+%41/events")).contains(Map.of("code", "a c+%41"));
    assertThat(route.match("GET", "/bookings/a/b/events")).isEmpty();
    assertThat(route.match("GET", "/bookings//events")).isEmpty();
    assertThat(route.match("GET", "/bookings/a/events/")).isEmpty();
    assertThat(route.match("POST", "/bookings/a/events")).isEmpty();
  }

  @Test
  void aGreedyVariableTakesTheRest() {
    ApiRoute route = ApiRoute.ofKey("ANY /files/{path+}", "files");

    assertThat(route.match("PUT", "/files/a/b c")).contains(Map.of("path", "a/b c"));
    assertThat(route.match("PUT", "/files")).isEmpty();
  }

  @Test
  void aPathIsDecodedAndItsPlusSignsStay() {
    assertThat(decoded("/a%2Fb%20c+d/%2541")).isEqualTo("/a/b c+d/%41");
    assertThatThrownBy(() -> decoded("/%zz")).isInstanceOf(IllegalArgumentException.class);
  }

  private static String decoded(String path) {
    return new Onlooker.ApiCall(Door.HOME, "GET", path, "", Buffer.buffer(), 0).decodedPath();
  }

  @Test
  void theMostSpecificRouteComesFirst() {
    ApiRoute otherwise = ApiRoute.ofKey("$default", "f");
    ApiRoute greedy = ApiRoute.ofKey("ANY /{all+}", "f");
    ApiRoute any = ApiRoute.ofKey("ANY /a/{x}", "f");
    ApiRoute method = ApiRoute.ofKey("GET /a/{x}", "f");
    ApiRoute exact = ApiRoute.ofKey("GET /a/b", "f");

    assertThat(Stream.of(otherwise, greedy, any, method, exact).sorted(ApiRoute.BY_RANK))
        .containsExactly(exact, method, any, greedy, otherwise);
  }

  @Test
  void whatNoRouteTakesIsForTheDefault() {
    assertThat(ApiRoute.ofKey("$default", "f").match("BREW", "/%zz")).contains(Map.of());
  }
}
