package dev.holdfast.aws;

import com.oracle.svm.core.annotate.Delete;
import com.oracle.svm.core.annotate.TargetClass;

/**
 * Takes out of the native executable what only reads and writes XML. Quarkus' extensions keep these
 * classes for whoever needs them, and nobody here does: DynamoDB and SQS speak JSON, and so do we.
 * A deleted class that is reached all the same ends the native build. The JVM never loads any of
 * this. See docs/decisions/0024-no-xml-in-the-executable.md.
 */
final class NoXml {

  private NoXml() {}

  @TargetClass(className = "com.sun.xml.internal.stream.XMLInputFactoryImpl")
  @Delete
  static final class OfSdkReading {}

  @TargetClass(className = "com.sun.xml.internal.stream.XMLOutputFactoryImpl")
  @Delete
  static final class OfSdkWriting {}

  @TargetClass(className = "com.fasterxml.jackson.databind.ext.CoreXMLDeserializers")
  @Delete
  static final class OfJacksonReading {}

  @TargetClass(className = "com.fasterxml.jackson.databind.ext.CoreXMLSerializers")
  @Delete
  static final class OfJacksonWriting {}
}
