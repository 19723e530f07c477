package dev.holdfast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Prints what took longest in the last {@code mvn verify}: {@code mvn -Pslowest}. */
public final class SlowestTests {
  private static final int SHOWN = 10;

  private SlowestTests() {}

  /** What was timed, in seconds. */
  private record Timed(String name, double seconds) {}

  /** Reads the reports in {@code target}. */
  public static void main(String[] arguments)
      throws IOException, ParserConfigurationException, SAXException {
    List<Timed> classes = new ArrayList<>();
    List<Timed> tests = new ArrayList<>();
    for (String plugin : List.of("surefire", "failsafe")) {
      for (Path report : reports(Path.of("target", plugin + "-reports"))) {
        Element suite =
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getDocumentElement();
        String name = suite.getAttribute("name").replaceFirst(".*\\.", "");
        classes.add(new Timed(name, seconds(suite)));
        NodeList cases = suite.getElementsByTagName("testcase");
        for (int index = 0; index < cases.getLength(); index++) {
          Element test = (Element) cases.item(index);
          tests.add(new Timed(name + "." + test.getAttribute("name"), seconds(test)));
        }
      }
    }
    print("classes", classes);
    print("tests", tests);
  }

  private static List<Path> reports(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml")).toList();
    }
  }

  private static double seconds(Element timed) {
    return Double.parseDouble(timed.getAttribute("time"));
  }

  private static void print(String what, List<Timed> all) {
    System.out.printf("The slowest %s of %d, in seconds:%n", what, all.size());
    all.stream()
        .sorted(Comparator.comparingDouble(Timed::seconds).reversed())
        .limit(SHOWN)
        .forEach(timed -> System.out.printf("%7.1f  %s%n", timed.seconds(), timed.name()));
  }
}
