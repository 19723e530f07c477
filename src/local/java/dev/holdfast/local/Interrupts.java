package dev.holdfast.local;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.aesh.readline.terminal.utils.Signals;

/**
 * Has a JVM hear of SIGINT where it would not. A shell without job control has what it runs in the
 * background ignore it (POSIX.1-2017, "Shell Command Language", 2.11), and a JVM that finds it
 * ignored leaves it so, whatever handler it is given.
 */
public final class Interrupts {
  private static final int SIGINT = 2;

  /** As a shell says it: 128 and the signal. */
  private static final int INTERRUPTED = 128 + SIGINT;

  private static final Pointer DEFAULT_ACTION = Pointer.NULL;

  private Interrupts() {}

  /**
   * From now on SIGINT ends this JVM as SIGTERM does, with everything that is to be done at its
   * end. Where that cannot be had, SIGTERM remains.
   */
  public static void heed() {
    try {
      // First: the JVM would leave a signal ignored that it finds so.
      NativeLibrary.getProcess()
          .getFunction("signal")
          .invokePointer(new Object[] {SIGINT, DEFAULT_ACTION});
      var unused = Signals.register("INT", () -> System.exit(INTERRUPTED));
    } catch (LinkageError elsewhere) {
      // A machine that JNA has no library for, or one without signals.
    }
  }
}
