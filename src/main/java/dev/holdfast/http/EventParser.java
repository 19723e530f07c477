package dev.holdfast.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.holdfast.booking.Amount;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Currency;
import dev.holdfast.booking.EventData;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Reads an event from a request's body, strictly: unknown and duplicate members, wrong types and
 * trailing text are errors. It goes on after an error, so that all of them are named at once.
 *
 * <p>For one body; not thread-safe.
 */
final class EventParser {

  /** What a version looks like, for people. */
  static final String VERSION_FORM =
      "an integer from " + Version.MIN + " to " + Version.MAX + " without fraction or exponent";

  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,6}");

  // The size of a body bounds whatever is in it, so Jackson need not stop anywhere before its end:
  // it would stop before the other errors are found. Symbol tables are off because they keep what
  // strangers send.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(RequestBody.MAX_BYTES)
                  .maxNumberLength(RequestBody.MAX_BYTES)
                  .maxNameLength(RequestBody.MAX_BYTES)
                  .build())
          .build();

  private final JsonParser parser;
  private final FieldErrors errors;

  private Optional<EventId> eventId = Optional.empty();
  private Optional<Version> version = Optional.empty();
  private Optional<EventType> type = Optional.empty();
  private Optional<Price> price = Optional.empty();
  private Optional<OccurredAt> occurredAt = Optional.empty();
  private Optional<EventData> data = Optional.empty();

  private EventParser(JsonParser parser, FieldErrors errors) {
    this.parser = parser;
    this.errors = errors;
  }

  /**
   * The event that a body tells of, for a booking.
   *
   * @param bookingCode empty where that is invalid already
   * @param errors takes what is wrong with the body
   * @return nothing where {@code errors} has any
   */
  static Optional<PriceEvent> parse(
      Optional<BookingCode> bookingCode, String body, FieldErrors errors) {
    try (JsonParser parser = FACTORY.createParser(body)) {
      EventParser event = new EventParser(parser, errors);
      event.readBody();
      return errors.isEmpty() ? bookingCode.map(event::made) : Optional.empty();
    } catch (JsonProcessingException malformed) {
      errors.add("", "must be JSON; it is not at " + position(malformed.getLocation()));
      return Optional.empty();
    } catch (IOException memoryDoesNotFail) {
      throw new UncheckedIOException(memoryDoesNotFail);
    }
  }

  /** The version that a text spells, or nothing where it spells none. */
  static Optional<Version> parseVersion(String text) {
    return Optional.of(text)
        .filter(candidate -> VERSION.matcher(candidate).matches())
        .map(Integer::parseInt)
        .filter(number -> number <= Version.MAX)
        .map(Version::new);
  }

  private static String position(JsonLocation location) {
    return location == null
        ? "its end"
        : "line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private PriceEvent made(BookingCode bookingCode) {
    return new PriceEvent(
        bookingCode,
        version.orElseThrow(),
        eventId.orElseThrow(),
        type.orElseThrow(),
        price.orElseThrow(),
        occurredAt.orElseThrow(),
        data);
  }

  private void readBody() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      errors.add("", "must be a JSON object");
      return;
    }
    readObject(List.of("eventId", "version", "type", "price", "occurredAt"), this::readMember);
    if (parser.nextToken() != null) {
      errors.add("", "must end after the object");
    }
  }

  private boolean readMember(String name) throws IOException {
    switch (name) {
      case "eventId" -> eventId = text(EventId::parse, EventId.FORM);
      case "version" -> version = version();
      case "type" -> type = text(EventType::parse, EventType.FORM);
      case "price" -> price = price();
      case "occurredAt" -> occurredAt = text(OccurredAt::parse, OccurredAt.FORM);
      case "data" -> data = new EventDataReader(parser, errors).read();
      default -> {
        return false;
      }
    }
    return true;
  }

  private Optional<Price> price() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      errors.addAt(parser.getParsingContext(), "must be an object of amount and currency");
      parser.skipChildren();
      return Optional.empty();
    }
    PriceDraft draft = new PriceDraft();
    readObject(List.of("amount", "currency"), draft::readMember);
    return draft.price();
  }

  private final class PriceDraft {
    private Optional<Amount> amount = Optional.empty();
    private Optional<Currency> currency = Optional.empty();

    boolean readMember(String name) throws IOException {
      switch (name) {
        case "amount" -> amount = text(Amount::parse, Amount.FORM);
        case "currency" -> currency = text(Currency::parse, Currency.FORM, Currency::fault);
        default -> {
          return false;
        }
      }
      return true;
    }

    Optional<Price> price() {
      if (amount.isEmpty() || currency.isEmpty()) {
        return Optional.empty();
      }
      Price price = new Price(amount.get(), currency.get());
      if (!price.fits()) {
        errors.add(
            "/price/amount",
            "must have no more decimals than %s, which has %d"
                .formatted(currency.get(), currency.get().decimals().orElseThrow()));
        return Optional.empty();
      }
      return Optional.of(price);
    }
  }

  private Optional<Version> version() throws IOException {
    Optional<Version> parsed =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            ? parseVersion(parser.getText())
            : Optional.empty();
    if (parsed.isEmpty()) {
      errors.addAt(parser.getParsingContext(), "must be " + VERSION_FORM);
      parser.skipChildren();
    }
    return parsed;
  }

  private <T> Optional<T> text(Function<String, Optional<T>> parse, String form)
      throws IOException {
    return text(parse, form, refused -> "must be " + form);
  }

  /**
   * The value that a string spells.
   *
   * @param form what it looks like, where there is no string
   * @param fault what is wrong with a string that spells none
   */
  private <T> Optional<T> text(
      Function<String, Optional<T>> parse, String form, UnaryOperator<String> fault)
      throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      errors.addAt(parser.getParsingContext(), "must be a string: " + form);
      parser.skipChildren();
      return Optional.empty();
    }
    String text = parser.getText();
    Optional<T> parsed = parse.apply(text);
    if (parsed.isEmpty()) {
      errors.addAt(parser.getParsingContext(), fault.apply(text));
    }
    return parsed;
  }

  /** What reads the value of a member, or says that it knows no such member. */
  private interface MemberReader {
    boolean read(String name) throws IOException;
  }

  /** Reads the object that the parser stands at, to its end. */
  private void readObject(List<String> required, MemberReader reader) throws IOException {
    String pointer = parser.getParsingContext().pathAsPointer().toString();
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (!seen.add(name)) {
        errors.addAt(parser.getParsingContext(), "must be there only once");
        parser.skipChildren();
      } else if (!reader.read(name)) {
        errors.addAt(parser.getParsingContext(), "is not known here");
        parser.skipChildren();
      }
    }
    for (String name : required) {
      if (!seen.contains(name)) {
        errors.add(pointer + "/" + name, "is missing");
      }
    }
  }
}
