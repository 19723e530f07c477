package dev.holdfast.explore;

import dev.holdfast.simulated.Network.Store;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Where the ledger's code gets its answers from. */
interface Script {

  Object ask(Call call);

  /**
   * A call that the ledger's code makes.
   *
   * @param effect does it to the stores and answers
   * @param isRead whether it leaves the stores as they are
   */
  record Call(Store store, String name, boolean isRead, Function<Snapshot, Object> effect) {

    @Override
    public String toString() {
      return name + " on " + store.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * The answers that an actor has got so far, and then a {@link Pause}. The ledger's code is a
   * function of its answers: run it again over the same script and it comes to the same next call.
   * So a history can be continued from any point, in any order, with no thread to hold still.
   */
  static Script replay(List<Object> answers) {
    var rest = answers.iterator();
    return call -> {
      if (!rest.hasNext()) {
        throw new Pause(call);
      }
      return rest.next();
    };
  }

  /** The script ended before the actor did. It passes through the ledger, which catches nothing. */
  final class Pause extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Call call;

    Pause(Call call) {
      super(call.name(), null, false, false);
      this.call = call;
    }

    Call call() {
      return call;
    }
  }
}
