package dev.holdfast.example;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What this department needs of an event.
 *
 * @param version 1 makes a booking; then 2, 3, … without gaps
 * @param amount the booking's total after this event, a decimal number
 * @param currency as ISO 4217 names it
 */
record PriceEvent(String bookingCode, int version, String amount, String currency) {

  /**
   * The event that the feed has as its data, or the API in a page: the same but for the version, a
   * text there.
   *
   * @throws IllegalArgumentException if it is none
   */
  static PriceEvent of(JsonNode json) {
    PriceEvent event =
        new PriceEvent(
            json.path("bookingCode").asText(),
            json.path("version").asInt(),
            json.path("price").path("amount").asText(),
            json.path("price").path("currency").asText());
    if (event.bookingCode.isEmpty()
        || event.version < 1
        || event.amount.isEmpty()
        || event.currency.isEmpty()) {
      throw new IllegalArgumentException("No price event of Holdfast");
    }
    return event;
  }
}
