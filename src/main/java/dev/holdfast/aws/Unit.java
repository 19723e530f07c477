package dev.holdfast.aws;

/** A unit of CloudWatch (AWS, "MetricDatum"). */
enum Unit {
  COUNT("Count"),
  MILLISECONDS("Milliseconds"),
  SECONDS("Seconds");

  private final String publishedName;

  Unit(String publishedName) {
    this.publishedName = publishedName;
  }

  String publishedName() {
    return publishedName;
  }
}
