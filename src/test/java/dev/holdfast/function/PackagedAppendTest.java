package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import io.quarkus.test.InjectMock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.test.junit.mockito.MockitoConfig;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(PackagedFunction.CutAppend.class)
class PackagedAppendTest {

  @InjectMock
  @MockitoConfig(convertScopes = true)
  Append ledger;

  @Test
  void appends() throws Exception {
    when(ledger.append(Samples.FIRST)).thenReturn(new AppendOutcome.Pending(Samples.ACCEPTED));

    JsonNode response = PackagedFunction.invoke(Samples.read("append-new.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(202);
  }
}
