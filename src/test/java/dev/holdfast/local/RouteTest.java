package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteTest {

  @Test
  void aVariableTakesOneSegmentAndIsDecoded() {
    Route route = Route.of("GET", "/bookings/{code}/events", "read");

    assertThat(route.match("GET", "/bookings/a%2Fb%20c+d/events"))
        .contains(Map.of("code", "a/b c+d"));
    assertThat(route.match("GET", "/bookings/a/b/events")).isEmpty();
    assertThat(route.match("GET", "/bookings//events")).isEmpty();
    assertThat(route.match("GET", "/bookings/a/events/")).isEmpty();
    assertThat(route.match("POST", "/bookings/a/events")).isEmpty();
  }

  @Test
  void aGreedyVariableTakesTheRest() {
    Route route = Route.of("ANY", "/files/{path+}", "files");

    assertThat(route.match("PUT", "/files/a/b%20c")).contains(Map.of("path", "a/b c"));
    assertThat(route.match("PUT", "/files")).isEmpty();
  }

  @Test
  void badEncodingIsNoMatchButAnError() {
    assertThatThrownBy(() -> Route.of("GET", "/{code}", "read").match("GET", "/%zz"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theMostSpecificRouteComesFirst() {
    Route otherwise = Route.otherwise("f");
    Route greedy = Route.of("ANY", "/{all+}", "f");
    Route any = Route.of("ANY", "/a/{x}", "f");
    Route method = Route.of("GET", "/a/{x}", "f");
    Route exact = Route.of("GET", "/a/b", "f");

    assertThat(Stream.of(otherwise, greedy, any, method, exact).sorted(Route.BY_RANK))
        .containsExactly(exact, method, any, greedy, otherwise);
  }

  @Test
  void whatNoRouteTakesIsForTheDefault() {
    assertThat(Route.otherwise("f").match("BREW", "/%zz")).contains(Map.of());
  }
}
