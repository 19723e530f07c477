package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryCodingTest {

  @Test
  void decodesOctetsOfUtf8() {
    assertThat(QueryCoding.decode("%48%c3%A4%2F1")).isEqualTo("Hä/1");
  }

  @Test
  void takesAPlusSignForASpace() {
    assertThat(QueryCoding.decode("a+b%2B")).isEqualTo("a b+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "a%zz", "%-1", "%+1", "+%zz", "%٤١", "%4١", "%４１", "%41%"})
  void leavesWhatIsNotWellEncodedAsItIs(String text) {
    assertThat(QueryCoding.decode(text)).isEqualTo(text);
  }
}
