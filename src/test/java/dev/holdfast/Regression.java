package dev.holdfast;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A rule that was broken once: this test failed, and then the code was mended. {@code mvn test
 * -Dgroups=regression} runs them all; to read them, search for this annotation.
 */
@Tag("regression")
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Regression {
  /** What went wrong. */
  String value();
}
