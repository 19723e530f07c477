package dev.holdfast.simulated;

import dev.holdfast.ledger.Meanwhile;
import java.util.function.Supplier;

/** Two calls at once, as if the first one had been answered before the second one was made. */
public enum OneAfterTheOther implements Meanwhile {
  INSTANCE;

  @Override
  public <A> Supplier<A> begin(Supplier<A> call) {
    A answer = call.get();
    return () -> answer;
  }
}
