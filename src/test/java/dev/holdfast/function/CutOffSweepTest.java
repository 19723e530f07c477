package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(PackagedFunction.CutSweep.class)
class CutOffSweepTest {

  @Test
  void reportsThatItKnowsNothing() throws Exception {
    JsonNode response = PackagedFunction.invoke(Samples.read("sweep.json"));

    assertThat(response)
        .hasToString(
            "{\"requeued\":0,\"pendingComplete\":false,\"unclaimedComplete\":false,"
                + "\"unsweptShards\":192}");
  }
}
