package dev.holdfast.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.booking.Amount;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Currency;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.fuzz.World.Breakage;
import dev.holdfast.ledger.Append;
import dev.holdfast.openapi.ApiDocument;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Breaks append in ways that {@link RequestFuzzTest} has to notice, and within few requests. */
@Tag("slow")
class FuzzMutantsTest {

  private static final int ENOUGH = 10_000;

  /** A way to break append. */
  record Mutant(String name, String noticed, Breakage breakage) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mutant> mutants() {
    return Stream.of(
        new Mutant(
            "takes an amount with a sign",
            "Not what was expected",
            request(event -> event.replaceAll("(amount.{5})[-+]", "$1"))),
        new Mutant(
            "takes every currency",
            "Not what was expected",
            request(event -> event.replaceAll("(currency.{5})(eur|QQQ|XAU|XXX)", "$1EUR"))),
        new Mutant("lets an exception out", "unforeseen", request(FuzzMutantsTest::failing)),
        new Mutant(
            "answers a conflict with 500",
            "No such status is foreseen",
            answer(answer -> answer.replace("\"statusCode\":409", "\"statusCode\":500"))),
        new Mutant(
            "has a body that is no text",
            "The body is a text",
            answer(answer -> answer.replaceFirst("\"body\":\".*\"(?=,\"isBase64)", "\"body\":7"))),
        new Mutant(
            "forgets which request a problem is of",
            "A problem has type, title, status, detail and instance",
            answer(answer -> answer.replace("\\\"instance\\\"", "\\\"of\\\""))),
        new Mutant(
            "names no field",
            "400, 413 and 415 name a field by JSON pointer",
            answer(answer -> answer.replaceFirst(",.\"errors.\":.*]}\"", "}\""))),
        new Mutant(
            "names the field around the wrong one",
            "Not the fields that are wrong",
            answer(answer -> answer.replace("/price/amount", "/price"))),
        new Mutant(
            "rounds a number",
            "An answer carries what was sent",
            answer(answer -> answer.replace(":0.10", ":0.1"))),
        new Mutant(
            "answers a repetition as if it were new",
            "The same event is answered as the first time",
            answer(answer -> answer.replace("\"statusCode\":200", "\"statusCode\":201"))),
        new Mutant(
            "answers for another booking than it writes",
            "The same event is answered as the first time",
            (append, ledger) ->
                changed(
                    append,
                    event -> event.replace("/bookings/HTL-2/", "/bookings/HTL-3/"),
                    answer -> answer.replace("HTL-3", "HTL-2"))),
        new Mutant(
            "writes what it refuses",
            "A request that was refused, or a read, changed a store",
            FuzzMutantsTest::writing));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void isNoticed(Mutant mutant) {
    try (Fuzzer fuzzer = new Fuzzer(mutant.breakage())) {
      assertThat(tells(fuzzer, mutant.noticed())).isTrue();
    }
  }

  private static boolean tells(Fuzzer fuzzer, String promise) {
    return LongStream.rangeClosed(1, ENOUGH)
        .mapToObj(seed -> failure(fuzzer, seed))
        .flatMap(Optional::stream)
        .anyMatch(told -> told.startsWith(promise));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/components/schemas/Price/properties/amount/pattern",
        "/components/schemas/PriceEvent/additionalProperties",
        "/components/schemas/PriceEvent/properties/data",
        "/components/schemas/AcceptedEvent/properties/recordedAt"
      })
  void aDocumentWithoutOneOfTheseIsNoticed(String place) {
    JsonPointer pointer = JsonPointer.compile(place);
    ApiDocument mutant =
        ApiDocument.published()
            .with(
                document ->
                    ((ObjectNode) document.at(pointer.head()))
                        .remove(pointer.last().getMatchingProperty()));
    try (Fuzzer fuzzer = new Fuzzer(World.unbroken(), mutant)) {
      assertThat(tells(fuzzer, "All is as the API's document says")).isTrue();
    }
  }

  private static Optional<String> failure(Fuzzer fuzzer, long seed) {
    try {
      fuzzer.fuzz(RequestFuzzTest.bytes(seed));
      return Optional.empty();
    } catch (AssertionError noticed) {
      return Optional.of(noticed.getMessage());
    }
  }

  private static String failing(String event) {
    if (event.contains("EUR")) {
      throw new IllegalStateException("unforeseen");
    }
    return event;
  }

  private static Breakage request(UnaryOperator<String> change) {
    return (append, ledger) -> changed(append, change, UnaryOperator.identity());
  }

  private static Breakage answer(UnaryOperator<String> change) {
    return (append, ledger) -> changed(append, UnaryOperator.identity(), change);
  }

  // Latin-1 keeps every byte as it is.
  private static RequestStreamHandler changed(
      RequestStreamHandler append, UnaryOperator<String> request, UnaryOperator<String> answer) {
    return (input, output, context) -> {
      String event = new String(input.readAllBytes(), StandardCharsets.ISO_8859_1);
      ByteArrayOutputStream answered = new ByteArrayOutputStream();
      append.handleRequest(
          new ByteArrayInputStream(request.apply(event).getBytes(StandardCharsets.ISO_8859_1)),
          answered,
          context);
      String text = answered.toString(StandardCharsets.ISO_8859_1);
      output.write(answer.apply(text).getBytes(StandardCharsets.ISO_8859_1));
    };
  }

  private static RequestStreamHandler writing(RequestStreamHandler append, Append ledger) {
    return (input, output, context) -> {
      ledger.append(
          new PriceEvent(
              new BookingCode("B"),
              Version.FIRST,
              new EventId(new UUID(0, 0)),
              new EventType("booked"),
              new Price(new Amount("1"), new Currency("EUR")),
              new OccurredAt("2026-11-23T09:15:00Z"),
              Optional.empty()));
      append.handleRequest(input, output, context);
    };
  }
}
