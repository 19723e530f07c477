package dev.holdfast.local;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

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
      // By reflection: the compiler warns of a class that is not part of Java itself.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object interrupt = signal.getConstructor(String.class).newInstance("INT");
      Object exit =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                System.exit(INTERRUPTED);
                return null;
              });
      Method handle = signal.getMethod("handle", signal, handler);
      Object before = handle.invoke(null, interrupt, exit);
      if (before.equals(handler.getField("SIG_IGN").get(null))) {
        NativeLibrary.getProcess()
            .getFunction("signal")
            .invokePointer(new Object[] {SIGINT, DEFAULT_ACTION});
        handle.invoke(null, interrupt, exit);
      }
    } catch (ReflectiveOperationException | LinkageError elsewhere) {
      // Another JVM, or one that JNA has no library for.
    }
  }
}
