package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(PackagedFunction.CutRead.class)
class CutOffReadTest {

  @Test
  void saysThatItCannotAnswer() throws Exception {
    JsonNode response = PackagedFunction.invoke(Samples.read("read-booking.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(503);
    assertThat(response.at("/headers/Retry-After").isTextual()).isTrue();
  }
}
