package dev.holdfast.ledger;

import java.util.function.Supplier;

/** Begins a call that goes on while its caller does something else. Thread-safe. */
public interface Meanwhile {

  /**
   * Begins a call.
   *
   * @param call answers every failure
   * @return waits for the answer; need not be asked. Throws where the call threw
   */
  <A> Supplier<A> begin(Supplier<A> call);
}
