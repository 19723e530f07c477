package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.aws.EmbeddedMetricFormat.Datum;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reader that the metrics' tests rely on finds what is wrong. */
class EmbeddedMetricFormatTest {

  private static final String LINE =
      "{'_aws':{'Timestamp':1795424400000,'CloudWatchMetrics':[{'Namespace':'N',"
          + "'Dimensions':[['D','E']],'Metrics':[{'Name':'A','Unit':'Count'},"
          + "{'Name':'B','Unit':'Seconds'}]}]},'D':'d','E':'e','A':[1,2],'B':3.5,'other':'x'}";

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void readsWhatCloudWatchReads() {
    Map<String, String> dimensions = Map.of("D", "d", "E", "e");

    assertThat(EmbeddedMetricFormat.read(json(LINE)))
        .containsExactly(
            new Datum("N", "A", "Count", dimensions, 1),
            new Datum("N", "A", "Count", dimensions, 2),
            new Datum("N", "B", "Seconds", dimensions, 3.5));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'_aws'             | 'aws'",
        "1795424400000      | 1795424400",
        "1795424400000      | 1795424400000.5",
        "1795424400000      | '1795424400000'",
        "'Namespace':'N'    | 'Namespace':''",
        "'Namespace':'N'    | 'Namespace':'N N'",
        "'Namespace':'N',   | ``",
        "'Namespace'        | 'namespace'",
        "[['D','E']]        | ['D','E']",
        "[['D','E']]        | []",
        "['D','E']          | ['D','E','F']",
        "['D','E']          | ['D','D']",
        "'E':'e'            | 'E':5",
        "'E':'e'            | 'E':''",
        "'E':'e'            | 'E':' '",
        "'E':'e'            | 'E':':e'",
        "'E':'e'            | 'E':'ß'",
        "'Unit':'Seconds'   | 'Unit':'seconds'",
        "'Unit':'Seconds'   | 'Unit':'Seconds','More':1",
        "'Name':'B'         | 'Name':'A'",
        "'Name':'B'         | 'Name':'C'",
        "'Name':'B'         | 'Name':''",
        "3.5                | '3.5'",
        "3.5                | null",
        "3.5                | {'x':1}",
        "[1,2]              | []",
        "[1,2]              | [1,'2']",
        "[1,2]              | [1,[2]]",
        "'other':'x'        | 'A':7",
        "'x'}               | 'x'}{}",
        "'x'}               | 'x'} x",
        "'x'}               | 'x'"
      })
  void refusesWhatBreaksARule(String right, String wrong) {
    assertThat(LINE).contains(right);

    assertThatThrownBy(() -> EmbeddedMetricFormat.read(json(LINE.replace(right, wrong))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"100, true", "101, false"})
  void takesAHundredValues(int values, boolean isTaken) {
    String many =
        IntStream.range(0, values).mapToObj(Integer::toString).collect(Collectors.joining(","));
    String line = json(LINE.replace("[1,2]", "[" + many + "]"));

    if (isTaken) {
      assertThat(EmbeddedMetricFormat.read(line)).hasSize(values + 1);
    } else {
      assertThatThrownBy(() -> EmbeddedMetricFormat.read(line)).hasMessageContaining("1 to 100");
    }
  }

  @Test
  void refusesASecondLine() {
    assertThatThrownBy(() -> EmbeddedMetricFormat.read(json(LINE) + "\n"))
        .hasMessageContaining("one line");
  }
}
