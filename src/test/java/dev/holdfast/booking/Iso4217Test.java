package dev.holdfast.booking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The list, against the table of the JDK that runs the test, older or newer. */
class Iso4217Test {

  /** The number of ISO 4217's last amendment that the JDK's table has: it keeps it to itself. */
  private static int amendmentOfTheJdk() throws IOException {
    Path table = Path.of(URI.create("jrt:/java.base/java/util/currency.data"));
    try (DataInputStream data = new DataInputStream(Files.newInputStream(table))) {
      assertThat(data.readInt()).as("the magic number").isEqualTo(0x43757244);
      assertThat(data.readInt()).as("the version of its form").isEqualTo(3);
      return data.readInt();
    }
  }

  private static Stream<Currency> ofTheJdk() {
    return Currency.getAvailableCurrencies().stream();
  }

  @Test
  void theListIsNotOlderThanTheJdks() throws IOException {
    assertThat(Iso4217.AMENDMENT)
        .as("ISO 4217 was amended since %s: bring the list up to date", Iso4217.PUBLISHED)
        .isGreaterThanOrEqualTo(amendmentOfTheJdk());
  }

  @Test
  void decimalsAreThoseOfTheJdk() {
    Map<String, OptionalInt> theirs =
        ofTheJdk()
            .filter(currency -> Iso4217.codes().contains(currency.getCurrencyCode()))
            .collect(
                Collectors.toMap(
                    Currency::getCurrencyCode,
                    currency -> OptionalInt.of(currency.getDefaultFractionDigits())));

    assertThat(theirs)
        .hasSizeGreaterThan(160)
        .allSatisfy((code, decimals) -> assertThat(Iso4217.decimals(code)).isEqualTo(decimals));
    assertThat(ofTheJdk().filter(currency -> currency.getDefaultFractionDigits() < 0))
        .map(Currency::getCurrencyCode)
        .filteredOn(code -> !code.matches("ADP|XF[OU]|XRE|XB[A-D]"))
        .allMatch(Iso4217::hasNoMinorUnit);
  }

  @Test
  void everyCountryPaysInOneOfTheList() throws IOException {
    Set<String> unknown = new TreeSet<>();
    for (String country : Locale.getISOCountries()) {
      Currency currency = Currency.getInstance(new Locale.Builder().setRegion(country).build());
      if (currency != null && Iso4217.decimals(currency.getCurrencyCode()).isEmpty()) {
        unknown.add(currency.getCurrencyCode());
      }
    }

    // What was withdrawn by amendments that an older JDK has not.
    assertThat(unknown)
        .isSubsetOf(
            amendmentOfTheJdk() < Iso4217.AMENDMENT ? Set.of("ANG", "BGN", "CUC") : Set.of());
  }

  @ParameterizedTest
  @Regression("active currencies were refused on an older JDK")
  @CsvSource({"UYW, 4", "XAD, 2", "XCG, 2", "ZWG, 2", "SLE, 2", "VED, 2", "VES, 2", "ISK, 0"})
  void whatIsCurrentIsThereOnEveryJdk(String code, int decimals) {
    assertThat(Iso4217.decimals(code)).hasValue(decimals);
  }

  @ParameterizedTest
  @Regression("currencies that were withdrawn long ago were taken")
  @ValueSource(strings = {"DEM", "HRK", "BGN", "ANG", "CUC", "SLL", "ZWL", "VEF", "MRO", "STD"})
  void whatWasWithdrawnIsNotThere(String code) {
    assertThat(Iso4217.decimals(code)).isEmpty();
    assertThat(Iso4217.hasNoMinorUnit(code)).isFalse();
  }

  @Test
  void thereAreAsManyAsInTheListOfThatDay() {
    assertThat(Iso4217.codes()).hasSize(165).allMatch(code -> code.matches("[A-Z]{3}"));
  }
}
