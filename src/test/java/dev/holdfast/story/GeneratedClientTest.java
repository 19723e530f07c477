package dev.holdfast.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.client.JSON;
import dev.holdfast.client.model.Conflict;
import dev.holdfast.client.model.Page;
import dev.holdfast.openapi.ApiDocument;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the client which is generated from the document loses nothing of what it reads. */
class GeneratedClientTest {

  private static final String EVENTS = "/paths/~1bookings~1{bookingCode}~1events";
  private static final ObjectMapper MAPPER = JSON.getDefault().getMapper();

  private static Stream<JsonNode> examples(String content) {
    return ApiDocument.published()
        .tree()
        .at(EVENTS + content + "/examples")
        .propertyStream()
        .map(example -> example.getValue().path("value"));
  }

  static Stream<JsonNode> conflicts() {
    return examples("/post/responses/409/content/application~1problem+json");
  }

  static Stream<JsonNode> pages() {
    return examples("/get/responses/200/content/application~1json");
  }

  @ParameterizedTest
  @MethodSource("conflicts")
  void aConflictIsReadAsTheOneThatItIs(JsonNode conflict) throws JsonProcessingException {
    Conflict read = MAPPER.readValue(conflict.toString(), Conflict.class);

    assertThat(MAPPER.<JsonNode>valueToTree(read)).isEqualTo(conflict);
    assertThat(conflict.path("type").asText().replaceFirst(".*/", "").replace("-", ""))
        .isEqualToIgnoringCase(read.getActualInstance().getClass().getSimpleName());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aPageIsReadWithAllOfItsEvents(JsonNode page) throws JsonProcessingException {
    Page read = MAPPER.readValue(page.toString(), Page.class);

    assertThat(read.getEvents()).hasSize(page.path("events").size());
    assertThat(read.getEvents())
        .allSatisfy(event -> assertThat(event).hasNoNullFieldsOrPropertiesExcept("data"));
    assertThat(read.getEvents())
        .map(event -> event.getStatus().getValue())
        .isEqualTo(page.path("events").findValuesAsText("status"));
  }
}
