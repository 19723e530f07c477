package dev.holdfast.http;

/** The problem of a request that no route takes. */
final class Refusal {

  private Refusal() {}

  static Problem of(Route.Match match) {
    return match instanceof Route.Match.WrongMethod wrong
        ? Problem.methodNotAllowed(wrong.allow())
        : Problem.notFound();
  }
}
