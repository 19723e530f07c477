package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(PackagedFunction.CutDrain.class)
class CutOffDrainTest {

  @Test
  void reportsEveryMessageAsFailed() throws Exception {
    JsonNode response = PackagedFunction.invoke(Samples.read("drain-batch.json"));

    assertThat(response.path("batchItemFailures").findValuesAsText("itemIdentifier"))
        .containsExactly(
            "059f36b4-87a3-44ab-83d2-661975830a7d", "2e1424d4-f796-459a-8184-9c92662be6da");
  }
}
