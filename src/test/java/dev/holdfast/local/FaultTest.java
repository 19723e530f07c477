package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FaultTest {

  @ParameterizedTest
  @EnumSource
  void aFaultIsReadAsItIsWritten(Fault.Mode mode) {
    Fault fault = Fault.of(mode).withShare(0.25);

    assertThat(Fault.read(fault.toJson())).isEqualTo(new Fault.Request.Valid(fault));
  }

  @Test
  void aFaultStrikesEveryCallUnlessToldOtherwise() throws JsonProcessingException {
    assertThat(read("{\"mode\":\"lose-answer\"}"))
        .isEqualTo(new Fault.Request.Valid(Fault.of(Fault.Mode.LOSE_ANSWER)));
    assertThat(read("{\"mode\":\"slow\",\"delay\":1500,\"share\":0.5}"))
        .isEqualTo(
            new Fault.Request.Valid(new Fault(Fault.Mode.SLOW, 0.5, Duration.ofMillis(1500))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[]|JSON object",
        "{}|mode",
        "{'mode':'explode'}|mode",
        "{'mode':'slow','share':0}|share",
        "{'mode':'slow','share':1.5}|share",
        "{'mode':'slow','share':'1'}|share",
        "{'mode':'slow','delay':-1}|delay",
        "{'mode':'slow','delay':0.5}|delay",
        "{'mode':'slow','how':'very'}|how"
      })
  void whatIsWrongIsSaid(String document, String named) throws JsonProcessingException {
    assertThat(read(document.replace('\'', '"')))
        .isInstanceOfSatisfying(
            Fault.Request.Invalid.class, invalid -> assertThat(invalid.detail()).contains(named));
  }

  private static Fault.Request read(String document) throws JsonProcessingException {
    return Fault.read(Json.MAPPER.readTree(document));
  }
}
