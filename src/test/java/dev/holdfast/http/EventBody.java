package dev.holdfast.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The body of an append, valid until a test makes it otherwise. Members are raw JSON. */
final class EventBody {

  private final Map<String, String> members = new LinkedHashMap<>();

  private EventBody() {
    members.put("eventId", "\"7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d\"");
    members.put("version", "1");
    members.put("type", "\"booked\"");
    members.put("price", "{\"amount\":\"412.50\",\"currency\":\"EUR\"}");
    members.put("occurredAt", "\"2026-11-23T09:15:00+01:00\"");
  }

  static EventBody valid() {
    return new EventBody();
  }

  EventBody with(String member, String rawValue) {
    members.put(member, rawValue);
    return this;
  }

  EventBody without(String member) {
    members.remove(member);
    return this;
  }

  EventBody price(String amount, String currency) {
    return with("price", "{\"amount\":%s,\"currency\":%s}".formatted(amount, currency));
  }

  EventBody amount(String amount) {
    return price('"' + amount + '"', "\"EUR\"");
  }

  /** The members without braces, for a test to add to. */
  String members() {
    return members.entrySet().stream()
        .map(member -> '"' + member.getKey() + "\":" + member.getValue())
        .collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return "{" + members() + "}";
  }
}
