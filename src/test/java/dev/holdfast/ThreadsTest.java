package dev.holdfast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How work is handed to threads, here and in the tests. */
@AnalyzeClasses(packages = "dev.holdfast")
class ThreadsTest {

  @ArchTest
  static final ArchRule whatIsToHappenAtOnceSaysOnWhichThreads =
      noClasses()
          .should()
          .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
          .orShould()
          .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
          .orShould()
          .callMethod(CompletableFuture.class, "thenAcceptAsync", Consumer.class)
          .because(
              "on JDK 25 one waited for the other in the common pool, which has one thread on two"
                  + " processors: "
                  + OwnThread.class.getSimpleName());
}
