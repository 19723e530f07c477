package dev.holdfast.booking;

/**
 * What a department wants to keep beside the price: a JSON object, opaque to the ledger.
 *
 * @param json the object as canonical text: no white space, members sorted by name, numbers as they
 *     were written; so that equal text means equal content
 */
public record EventData(String json) {

  public EventData {
    if (!json.startsWith("{")) {
      throw new IllegalArgumentException("Event data is a JSON object");
    }
  }

  @Override
  public String toString() {
    return json;
  }
}
