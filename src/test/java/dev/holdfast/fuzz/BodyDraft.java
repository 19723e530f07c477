package dev.holdfast.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** The body of an append: valid, and then made wrong field by field. Members are raw JSON. */
final class BodyDraft {

  private static final String[] WRONG_ANYWHERE = {
    "null", "true", "[]", "{}", "7", "\"\"", "[[[]]]", "-1", "1.5", "\"\\u0000\"", "\"\\ud800\""
  };
  private static final String[] WRONG_IDS = {
    "1-2-3-4-5",
    "7d4f6c1e8f0b4c579a530f6a1e5b9c2d",
    "{7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d}",
    " 7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d",
    "7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2g",
    "7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d\n",
    "7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2",
    "٧d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d"
  };
  private static final String[] WRONG_VERSIONS = {
    "0", "-1", "-0", "1000001", "9223372036854775808", "1.0", "1e0", "\"1\"", "9999999999999999999"
  };
  private static final String[] WRONG_AMOUNTS = {
    "-1",
    "-0",
    "+1",
    "1e2",
    "1E400",
    "NaN",
    "Infinity",
    "12,5",
    ".5",
    "5.",
    "01",
    "00",
    "0x10",
    " 1",
    "1 ",
    "1\n",
    "٣",
    "1234567890123456789",
    "412.505",
    "1_000",
    "1.2.3",
    "1d",
    "0.000000"
  };
  private static final String[] WRONG_CURRENCIES = {
    "eur", "EURO", "EU", "QQQ", "XAU", "XXX", "XTS", "DEM", "HRK", "BGN", "€€€", "ΕUR", "EUR ",
    "E\0R", "ＥＵＲ"
  };
  private static final String[] WRONG_MOMENTS = {
    "2026-11-23",
    "2026-11-23T09:15:00",
    "2026-11-23T09:15+01:00",
    "2026-11-23 09:15:00Z",
    "2026-02-30T09:15:00Z",
    "2025-02-29T09:15:00Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T23:59:60Z",
    "2026-11-23T09:15:00+19:00",
    "2026-11-23T09:15:00+18:01",
    "2026-11-23T09:15:00+01",
    "2026-11-23T09:15:00.Z",
    "2026-11-23T09:15:00.1234567890Z",
    "2026-11-23T09:15:00Z[UTC]",
    "12026-11-23T09:15:00Z",
    "-2026-11-23T09:15:00Z",
    "٢٠٢٦-11-23T09:15:00Z",
    "2026-11-23T09:15:00Z\n"
  };
  private static final String[] WRONG_DATA = {
    "\"{}\"",
    "[{}]",
    "1e9",
    "{\"a\":1,\"a\":1}",
    "{\"a\":1,\"\\u0061\":1}",
    "{\"a\":[{},{\"b\":1,\"b\":{}}]}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":\"\\udc00\\ud800\"}",
    "{\"a\":1e9999999999}",
    "{\"a\":-1e-9999999999}"
  };
  private static final String[] WRONG_DATA_POINTERS = {
    "/data",
    "/data",
    "/data",
    "/data/a",
    "/data/a",
    "/data/a/1/b",
    "/data/a",
    "/data/a",
    "/data/a",
    "/data/a"
  };
  private static final String[][] PRICES = {
    {"412.50", "EUR"},
    {"0", "JPY"},
    {"0.00", "EUR"},
    {"412.5", "USD"},
    {"999999999999999999", "EUR"},
    {"99999999999999999", "JPY"},
    {"1.123", "BHD"},
    {"1.1234", "CLF"},
    {"9999999999999999.99", "EUR"},
    {"0.01", "CHF"},
    {"1.2345", "UYW"},
    {"1.25", "XAD"}
  };
  private static final String[] MOMENTS = {
    "2026-11-23T09:15:00+01:00",
    "2026-11-23t09:15:00z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999-18:00",
    "2024-02-29T00:00:00.1+18:00",
    "2026-11-23T09:15:00-00:00"
  };

  private final Choices choices;
  private final Map<String, String> members = new LinkedHashMap<>();
  private final List<String> more = new ArrayList<>();
  private final Set<String> wrong = new TreeSet<>();

  /** A valid body, plain where the choices are. */
  BodyDraft(Choices choices, boolean isNewBooking) {
    this.choices = choices;
    members.put("eventId", Json.quote(eventId()));
    members.put(
        "version",
        isNewBooking
            ? choices.of("1", "1", "1", "1", "1", "2", "1000000")
            : choices.of("4", "1", "3", "5", "1000000"));
    members.put("type", Json.quote(choices.of("booked", "a", ".-_9Z", "x".repeat(64))));
    members.put("price", price(choices.of(PRICES)));
    members.put("occurredAt", Json.quote(choices.of(MOMENTS)));
    if (!choices.oneIn(3)) {
      members.put("data", RandomJson.object(choices, 3));
    }
  }

  private String eventId() {
    UUID id =
        choices.oneIn(16)
            ? World.standingId(1 + choices.below(World.STANDING_VERSIONS))
            : new UUID(choices.below(65_536) << 16, choices.below(65_536));
    return choices.oneIn(4) ? id.toString().toUpperCase(Locale.ROOT) : id.toString();
  }

  private static String price(String... amountAndCurrency) {
    return "{\"amount\":"
        + Json.quote(amountAndCurrency[0])
        + ",\"currency\":"
        + Json.quote(amountAndCurrency[1])
        + "}";
  }

  /** Makes so many fields wrong, each in one way. */
  BodyDraft withWrong(int fields) {
    List<Runnable> ways =
        new ArrayList<>(
            List.of(
                this::spoilEventId,
                this::spoilVersion,
                this::spoilType,
                this::spoilPrice,
                this::spoilOccurredAt,
                this::spoilData,
                this::addUnknown));
    for (int i = 0; i < fields; i++) {
      ways.remove(choices.below(ways.size())).run();
    }
    return this;
  }

  private void spoil(String member, String json) {
    wrong.add("/" + member);
    switch (choices.below(8)) {
      case 0 -> members.remove(member);
      case 1 -> more.add(Json.quote(member) + ":" + members.get(member));
      case 2 -> more.add("\"\\u%04x%s\":1".formatted((int) member.charAt(0), member.substring(1)));
      default -> members.put(member, json);
    }
  }

  private String anyOr(String wrongText) {
    return choices.oneIn(4) ? choices.of(WRONG_ANYWHERE) : Json.quote(wrongText);
  }

  private void spoilEventId() {
    spoil("eventId", anyOr(choices.of(WRONG_IDS)));
  }

  private void spoilVersion() {
    String version = choices.oneIn(4) ? choices.of(WRONG_ANYWHERE) : choices.of(WRONG_VERSIONS);
    spoil("version", version.equals("7") ? "9".repeat(7) : version);
  }

  private void spoilType() {
    spoil("type", anyOr(choices.of("a b", "ä", "a".repeat(65), "a\n", "a/b", "\0")));
  }

  private void spoilOccurredAt() {
    spoil("occurredAt", anyOr(choices.of(WRONG_MOMENTS)));
  }

  private void spoilPrice() {
    switch (choices.below(8)) {
      case 0, 1, 2 -> {
        members.put(
            "price", "{\"amount\":" + anyOr(choices.of(WRONG_AMOUNTS)) + ",\"currency\":\"EUR\"}");
        wrong.add("/price/amount");
      }
      case 3, 4 -> {
        String currency = anyOr(choices.of(WRONG_CURRENCIES));
        members.put("price", "{\"currency\":" + currency + ",\"amount\":\"1\"}");
        wrong.add("/price/currency");
      }
      case 5 -> spoil("price", choices.of("null", "\"412.50\"", "[{},{}]", "412.5", "true"));
      case 6 -> {
        members.put("price", "{\"amount\":\"1\",\"net\":{\"a\":1},\"currency\":\"EUR\"}");
        wrong.add("/price/net");
      }
      default -> {
        members.put("price", price(choices.of("1.0", "1.00"), "JPY"));
        wrong.add("/price/amount");
      }
    }
  }

  private void spoilData() {
    int which = choices.below(WRONG_DATA.length);
    members.put("data", WRONG_DATA[which]);
    wrong.add(WRONG_DATA_POINTERS[which]);
  }

  private void addUnknown() {
    String name = choices.of("note", "", "Version", "a/b~c", "€", "\0", "price.amount", "🏨");
    more.add(Json.quote(name) + ":" + RandomJson.value(choices, 3));
    wrong.add("/" + name.replace("~", "~0").replace("/", "~1"));
  }

  /** The fields that errors have to name, by JSON pointer. */
  Set<String> wrong() {
    return Set.copyOf(wrong);
  }

  String text() {
    List<String> all = new ArrayList<>();
    members.forEach((name, json) -> all.add(Json.quote(name) + ":" + json));
    Collections.rotate(all, choices.below(6));
    all.addAll(more);
    return all.stream().collect(Collectors.joining(",", "{", "}"));
  }

  /** A valid body of so many bytes. */
  static String ofBytes(int bytes) {
    BodyDraft draft = new BodyDraft(new Choices(new byte[0]), true);
    draft.members.put("data", "{\"x\":\"\"}");
    int missing = bytes - draft.text().getBytes(StandardCharsets.UTF_8).length;
    draft.members.put("data", "{\"x\":\"" + "x".repeat(missing) + "\"}");
    return draft.text();
  }
}
