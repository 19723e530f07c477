package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentCodingTest {

  @Test
  void decodesOctetsOfUtf8() {
    assertThat(PercentCoding.decodeSegment("%48%c3%A4%2F1")).isEqualTo("Hä/1");
    assertThat(PercentCoding.decodeQuery("%48%c3%A4%2F1")).isEqualTo("Hä/1");
  }

  @Test
  void takesAPlusSignForASpaceInAQueryOnly() {
    assertThat(PercentCoding.decodeSegment("a+b%2B")).isEqualTo("a+b+");
    assertThat(PercentCoding.decodeQuery("a+b%2B")).isEqualTo("a b+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "a%zz", "%-1", "%+1", "+%zz", "%٤١", "%4١", "%４１", "%41%"})
  void leavesWhatIsNotWellEncodedAsItIs(String text) {
    assertThat(PercentCoding.decodeSegment(text)).isEqualTo(text);
    assertThat(PercentCoding.decodeQuery(text)).isEqualTo(text);
  }
}
