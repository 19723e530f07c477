package dev.holdfast.recovery;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lines over time, as SVG that is text and the same for the same numbers. XChart writes each letter
 * as a path and each step of a line as an element, 360 KB of them, under names that change.
 */
record Plot(String title, String below, List<Double> at, List<Line> lines) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 240;
  private static final int LEFT = 60;
  private static final int RIGHT = 20;
  private static final int TOP = 30;
  private static final int BOTTOM = 60;
  private static final int TICKS = 4;

  /** Colours that are told apart by people who do not see all of them (Okabe and Ito, 2008). */
  private static final List<String> COLOURS = List.of("#0072b2", "#e69f00", "#d55e00");

  /**
   * A line.
   *
   * @param values one for each time
   */
  record Line(String name, List<Double> values) {}

  String svg() {
    double first = at.get(0);
    double last = at.get(at.size() - 1);
    double most =
        nice(
            lines.stream()
                .flatMap(line -> line.values().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1));
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " font-family=\"sans-serif\" font-size=\"12\">",
        WIDTH,
        HEIGHT);
    add(svg, "<title>%s</title><rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>", title);
    add(svg, "<text x=\"%d\" y=\"18\">%s</text>", LEFT, title);
    for (int tick = 0; tick <= TICKS; tick++) {
      double y = y(most * tick / TICKS, most);
      add(svg, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>", LEFT, y, WIDTH - RIGHT);
      add(
          svg,
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%,.0f</text>",
          LEFT - 6,
          y + 4,
          most * tick / TICKS);
    }
    for (long hour = (long) Math.ceil(first / 60); hour <= last / 60; hour++) {
      double x = x(hour * 60.0, first, last);
      add(svg, "<path d=\"M%.1f %dV%d\" stroke=\"#ddd\"/>", x, TOP, HEIGHT - BOTTOM);
      add(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d h</text>",
          x,
          HEIGHT - BOTTOM + 16,
          hour);
    }
    add(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
        WIDTH - RIGHT,
        HEIGHT - 8,
        below);
    for (int number = 0; number < lines.size(); number++) {
      Line line = lines.get(number);
      String points =
          IntStream.range(0, at.size())
              .mapToObj(
                  index ->
                      String.format(
                          Locale.ROOT,
                          "%.1f,%.1f",
                          x(at.get(index), first, last),
                          y(line.values().get(index), most)))
              .collect(Collectors.joining(" "));
      String colour = COLOURS.get(number);
      add(
          svg,
          "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>",
          points,
          colour);
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
          LEFT + 170 * number,
          HEIGHT - 26,
          colour,
          line.name());
    }
    return svg.append("</svg>\n").toString();
  }

  private static double x(double at, double first, double last) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (at - first) / (last - first);
  }

  private static double y(double value, double most) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most;
  }

  /** The next of 1, 2, 4 or 8 times a power of ten: its quarters are round, too. */
  private static double nice(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1))));
    return power
        * IntStream.of(1, 2, 4, 8, 10)
            .filter(times -> times * power >= most)
            .findFirst()
            .orElse(10);
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
