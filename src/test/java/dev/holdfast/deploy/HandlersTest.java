package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.inject.Named;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The functions of the template are the handlers of the package, and back. */
class HandlersTest {

  @Test
  void everyFunctionHasItsHandlerAndEveryHandlerItsFunction() {
    Set<String> deployed =
        DeploymentTemplate.functions().values().stream()
            .map(function -> variable(function, "QUARKUS_LAMBDA_HANDLER"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(deployed).isEqualTo(handlers());
  }

  @Test
  void aFunctionIsNamedAfterItsHandler() {
    DeploymentTemplate.functions()
        .forEach(
            (logicalId, function) -> {
              String handler = variable(function, "QUARKUS_LAMBDA_HANDLER");
              assertThat(logicalId).isEqualToIgnoringCase(handler + "Function");
              assertThat(function.at("Properties", "FunctionName", "Fn::Sub").text())
                  .isEqualTo("${AWS::StackName}-" + handler);
            });
  }

  @Test
  void everyFunctionSaysWhatItIsForAndHowLongItMayTake() {
    DeploymentTemplate.functions()
        .forEach(
            (logicalId, function) -> {
              // 256 is Lambda's limit.
              assertThat(function.at("Properties", "Description").text())
                  .as(logicalId)
                  .hasSizeBetween(20, 256);
              assertThat(function.at("Properties").has("Timeout")).as(logicalId).isTrue();
            });
  }

  private static String variable(Tree function, String name) {
    return DeploymentTemplate.environment(function).get(name).text();
  }

  private static Set<String> handlers() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.holdfast.function")
            .stream()
            .filter(type -> type.isAssignableTo(RequestStreamHandler.class))
            .filter(type -> type.isAnnotatedWith(Named.class))
            .map(HandlersTest::name)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String name(JavaClass type) {
    return type.getAnnotationOfType(Named.class).value();
  }
}
