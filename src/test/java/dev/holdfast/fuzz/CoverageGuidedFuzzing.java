package dev.holdfast.fuzz;

/**
 * The same requests and promises as in {@link RequestFuzzTest}, open-ended: Jazzer makes the bytes,
 * and keeps those that reach new branches to make more of. See docs/proof.md for how to run it.
 */
public final class CoverageGuidedFuzzing {

  private static final Fuzzer FUZZER = new Fuzzer(World.unbroken());

  private CoverageGuidedFuzzing() {}

  /** What Jazzer calls, found by its name. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    FUZZER.fuzz(bytes);
  }
}
