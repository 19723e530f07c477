package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import org.junit.jupiter.api.Test;

/** Two stacks fit into one account, and a stack's name may have 40 characters. */
class PhysicalNamesTest {

  @Test
  @Regression("a second stack in the account failed on a fixed name")
  void everyNameHasTheStacksAndIsWithinItsLimit() {
    assertThat(PhysicalNames.faults(DeploymentTemplate.resources())).isEmpty();
  }
}
