package dev.holdfast.asyncapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The document is whole, and its example is what it describes. */
class FeedDocumentTest {

  private final FeedDocument document = new FeedDocument();

  private JsonNode example() {
    return document.at("#/components/messages/PriceEventRecorded").at("/examples/0/payload");
  }

  @Test
  void everyReferencePointsToSomething() {
    List<JsonNode> references = document.tree().findValues("$ref");

    assertThat(references)
        .isNotEmpty()
        .allSatisfy(
            reference ->
                assertThat(document.at(reference.asText()).isMissingNode())
                    .as(reference.asText())
                    .isFalse());
  }

  @Test
  void theExampleIsAsDescribed() {
    assertThat(document.faults(example())).isEmpty();
  }

  @Test
  void whatTheExampleLacksIsMissed() {
    for (String member :
        List.of("specversion", "id", "source", "type", "subject", "time", "data")) {
      ObjectNode event = example().deepCopy();
      ((ObjectNode) event.path("detail")).remove(member);
      assertThat(document.faults(event)).as(member).isNotEmpty();
    }
  }

  @Test
  void whatIsNotDescribedIsFound() {
    ObjectNode event = example().deepCopy();
    ((ObjectNode) event.at("/detail/data")).put("status", "recorded");
    assertThat(document.faults(event)).containsExactly("/detail/data/status: not described");
  }
}
