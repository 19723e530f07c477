package dev.holdfast.booking;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The currencies and funds that are current by ISO 4217: List One, as its maintenance agency (SIX)
 * published it on {@value #PUBLISHED}. Not the JDK's table: that is another one on every release,
 * and keeps what was withdrawn. See docs/decisions/0015-currencies-from-a-list-of-our-own.md.
 */
final class Iso4217 {

  /** The day of the list. */
  static final String PUBLISHED = "2026-09-17";

  /** The last amendment that the list has. */
  static final int AMENDMENT = 180;

  /** By the number of decimals. */
  private static final Map<Integer, String> CODES =
      Map.of(
          0,
          "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
          2,
          """
          AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN
          BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP
          ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR
          IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT
          MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
          PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
          SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD
          XCD XCG YER ZAR ZMW ZWG""",
          3,
          "BHD IQD JOD KWD LYD OMR TND",
          4,
          "CLF UYW");

  /** Metals, baskets, bonds, tests: nothing that a price could be paid in. */
  private static final Set<String> WITHOUT_MINOR_UNIT =
      Set.of("XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX".split(" "));

  private static final Map<String, Integer> DECIMALS =
      CODES.entrySet().stream()
          .flatMap(
              codes ->
                  Stream.of(codes.getValue().split("\\s"))
                      .map(code -> Map.entry(code, codes.getKey())))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private Iso4217() {}

  /** The codes that have a minor unit, or are paid in whole. */
  static Set<String> codes() {
    return DECIMALS.keySet();
  }

  /** How many decimals a currency has, if it is a current one. */
  static OptionalInt decimals(String code) {
    return DECIMALS.containsKey(code) ? OptionalInt.of(DECIMALS.get(code)) : OptionalInt.empty();
  }

  /** Whether a code is a current one to which decimals do not apply. */
  static boolean hasNoMinorUnit(String code) {
    return WITHOUT_MINOR_UNIT.contains(code);
  }
}
