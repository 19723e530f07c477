package dev.holdfast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The rules of the house: which room may use which, and how classes are made. */
@AnalyzeClasses(packages = "dev.holdfast", importOptions = DoNotIncludeTests.class)
class HouseTest {

  @ArchTest
  static final ArchRule aRoomUsesOnlyWhatLiesBelowIt =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("function")
          .definedBy("dev.holdfast.function..")
          .layer("http")
          .definedBy("dev.holdfast.http..")
          .layer("aws")
          .definedBy("dev.holdfast.aws..")
          .layer("ledger")
          .definedBy("dev.holdfast.ledger..")
          .layer("booking")
          .definedBy("dev.holdfast.booking..")
          .whereLayer("function")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("function")
          .whereLayer("aws")
          .mayOnlyBeAccessedByLayers("function")
          .whereLayer("ledger")
          .mayOnlyBeAccessedByLayers("function", "http", "aws")
          .whereLayer("booking")
          .mayOnlyBeAccessedByLayers("function", "http", "aws", "ledger");

  @ArchTest
  static final ArchRule thereAreNoOtherRooms =
      classes()
          .should()
          .resideInAnyPackage(
              "dev.holdfast.function",
              "dev.holdfast.http",
              "dev.holdfast.aws",
              "dev.holdfast.ledger",
              "dev.holdfast.booking");

  @ArchTest
  static final ArchRule bookingAndLedgerArePlainJava =
      classes()
          .that()
          .resideInAnyPackage("dev.holdfast.booking", "dev.holdfast.ledger")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "dev.holdfast.booking", "dev.holdfast.ledger");

  @ArchTest
  static final ArchRule httpKnowsJsonAndNoFramework =
      classes()
          .that()
          .resideInAPackage("dev.holdfast.http")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "com.fasterxml.jackson..",
              "dev.holdfast.http",
              "dev.holdfast.ledger",
              "dev.holdfast.booking");

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager|Impl)");

  @ArchTest
  static final ArchRule classesAreNotMadeToBeExtended =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .areNotInterfaces()
          .should()
          .haveModifier(JavaModifier.FINAL)
          .because("values and functions are put together, not inherited from");

  @ArchTest
  static final ArchRule whatAClassNeedsComesByItsConstructor =
      fields()
          .should()
          .notBeAnnotatedWith(Inject.class)
          .andShould()
          .notBeAnnotatedWith(ConfigProperty.class);
}
