package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the house that can be read off its files. */
class HousePapersTest {
  private static final Path DECISIONS = Path.of("docs/decisions");
  private static final List<Path> CODE =
      List.of(Path.of("src/main/java"), Path.of("src/local/java"));

  /** Whoever has to open a file has to read it. */
  private static final int LONGEST_CLASS = 500;

  private static final int LONGEST_README = 130;

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^ *public (?:(?:static|final|sealed|abstract) )*(?:class|record|interface|enum|@interface) (\\w+)",
          Pattern.MULTILINE);
  private static final Pattern ANNOTATIONS_BEFORE =
      Pattern.compile("(?:\\s*@\\w+(?:\\([^)]*\\))?)*\\s*$");
  private static final Pattern PUBLIC_RECORD =
      Pattern.compile("public record (\\w+)(?:<[^(]*>)?\\(([^{]*?)\\)\\s*(?:implements|\\{)");
  private static final Pattern QUANTITY = Pattern.compile("\\b(?:int|long|double|Duration) (\\w+)");
  private static final Pattern LABEL =
      Pattern.compile("(?m)^(?:\\S+ -+>+ \\S+ : |== )(.*?)(?: ==)?$");

  private static List<Path> files(List<Path> roots, String suffix) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path root : roots) {
      try (Stream<Path> files = Files.walk(root)) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> file.toString().endsWith(suffix))
            .sorted()
            .forEach(all::add);
      }
    }
    return all;
  }

  @Test
  void aClassIsReadInOneGo() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : files(CODE, ".java")) {
      int lines = Files.readAllLines(file).size();
      if (lines > LONGEST_CLASS) {
        tooLong.add(file + ": " + lines);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void aFirstVisitIsShort() throws IOException {
    assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(LONGEST_README);
  }

  @Test
  void aPublicTypeSaysWhatItPromises() throws IOException {
    List<String> silent = new ArrayList<>();
    for (Path file : files(CODE, ".java")) {
      String source = Files.readString(file);
      for (Matcher type = PUBLIC_TYPE.matcher(source); type.find(); ) {
        String before = source.substring(0, type.start());
        if (!ANNOTATIONS_BEFORE.matcher(before).replaceFirst("").endsWith("*/")) {
          silent.add(file + ": " + type.group(1));
        }
      }
    }
    assertThat(silent).isEmpty();
  }

  /** The compiler of JDK 25 refuses two in a row, that of JDK 17 says nothing. */
  @Test
  @Regression("the tests did not compile on JDK 25")
  void everyDocstringIsOfSomething() throws IOException {
    Pattern left = Pattern.compile("\\*/\\s*/\\*\\*");
    for (Path file : files(List.of(Path.of("src"), Path.of("examples")), ".java")) {
      assertThat(left.matcher(Files.readString(file)).find()).as(file.toString()).isFalse();
    }
  }

  /** What there is one way for, and the one class that knows it. */
  @ParameterizedTest
  @CsvSource({
    "rawPath, ApiGateway",
    "rawQueryString, ApiGateway",
    "batchItemFailures, DrainFunction",
    "'\"application/problem+json\"', HttpResponse",
    "Retry-After, Problem",
    "URLDecoder, QueryCoding",
    "new BigDecimal, EventDataReader",
    "MessageDigest, Fingerprint",
    "CRC32, Shard",
    "System.out, EmbeddedMetrics",
    "apiCallTimeout, AwsWiring",
    "RateLimiter, SegmentInvocation"
  })
  void thereIsNoSecondWay(String mark, String owner) throws IOException {
    List<String> knowing = new ArrayList<>();
    for (Path file : files(CODE.subList(0, 1), ".java")) {
      if (Files.readString(file).contains(mark)) {
        knowing.add(file.getFileName().toString());
      }
    }
    assertThat(knowing).containsExactly(owner + ".java");
  }

  /** A dependency is one, whether it is called or made to fail. */
  @Test
  void oneNameIsOneIdea() throws IOException {
    List<String> names =
        files(CODE, ".java").stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> !name.equals("package-info.java"))
            .toList();
    assertThat(names.stream().filter(name -> Collections.frequency(names, name) > 1).distinct())
        .containsExactly("Dependency.java");
  }

  /** What is a number in a public record is explained: of what, and in which unit. */
  @Test
  void aPublicQuantityIsExplained() throws IOException {
    List<String> unexplained = new ArrayList<>();
    for (Path file : files(CODE.subList(0, 1), ".java")) {
      String source = Files.readString(file);
      for (Matcher type = PUBLIC_RECORD.matcher(source); type.find(); ) {
        String docstring = source.substring(source.lastIndexOf("/**", type.start()), type.start());
        QUANTITY
            .matcher(type.group(2))
            .results()
            .map(quantity -> quantity.group(1))
            .filter(name -> !docstring.contains("@param " + name + " "))
            .forEach(name -> unexplained.add(type.group(1) + "." + name));
      }
    }
    assertThat(unexplained).isEmpty();
  }

  private static List<Path> decisions() throws IOException {
    return files(List.of(DECISIONS), ".md").stream()
        .filter(file -> !file.endsWith("README.md"))
        .toList();
  }

  @Test
  void decisionsAreNumberedDatedAndListed() throws IOException {
    List<Path> decisions = decisions();
    String index = Files.readString(DECISIONS.resolve("README.md"));
    for (int number = 1; number <= decisions.size(); number++) {
      Path decision = decisions.get(number - 1);
      List<String> lines = Files.readAllLines(decision);
      assertThat(decision.getFileName().toString()).startsWith("%04d-".formatted(number));
      assertThat(lines.get(0)).startsWith("# %d. ".formatted(number));
      assertThat(lines.get(2)).as(decision.toString()).matches("Decided \\d{4}-\\d\\d-\\d\\d\\.");
      String title = lines.get(0).substring("# %d. ".formatted(number).length());
      assertThat(index)
          .contains(
              "| %d | %s | [%s](%s) |"
                  .formatted(
                      number,
                      lines.get(2).replaceAll("Decided |\\.", ""),
                      title,
                      decision.getFileName()));
    }
  }

  @Test
  void aDecisionIsNamedWhereSomethingDependsOnIt() throws IOException {
    StringBuilder code = new StringBuilder();
    List<Path> places = new ArrayList<>(files(List.of(Path.of("src")), ""));
    places.addAll(Stream.of("template.yaml", "samconfig.toml", "pom.xml").map(Path::of).toList());
    for (Path file : places) {
      try {
        code.append(Files.readString(file));
      } catch (MalformedInputException picture) {
        // It names nothing.
      }
    }
    // A long comment breaks its lines where it likes, but not within a word.
    assertThat(decisions())
        .allSatisfy(it -> assertThat(code).contains("docs/decisions/" + it.getFileName()));
  }

  @Test
  void theDiagramIsDrawnFromItsText() throws IOException {
    String drawing = Files.readString(Path.of("src/local/resources/console/ways.svg"));
    List<String> labels =
        LABEL
            .matcher(Files.readString(Path.of("docs/ways.puml")))
            .results()
            .map(label -> label.group(1).replace(">", "&gt;"))
            .toList();
    assertThat(labels).hasSizeGreaterThan(10).allSatisfy(it -> assertThat(drawing).contains(it));
  }
}
