package dev.holdfast.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.Answer;
import dev.holdfast.http.HttpRequest;
import java.util.function.Function;

/** An endpoint of which every request and answer is held against a document. */
public final class DocumentedEndpoint {

  private final ApiDocument document;
  private final String method;
  private final Function<HttpRequest, Answer> endpoint;

  /**
   * @param method the one that the endpoint serves
   */
  public DocumentedEndpoint(
      ApiDocument document, String method, Function<HttpRequest, Answer> endpoint) {
    this.document = document;
    this.method = method;
    this.endpoint = endpoint;
  }

  /** The endpoint's answer. */
  public Answer answer(HttpRequest request) {
    Answer answer = endpoint.apply(request);
    assertThat(document.faults(ApiRequest.of(request, method), ApiResponse.of(answer)))
        .as("%s, answered %s", request, answer)
        .isEmpty();
    return answer;
  }
}
