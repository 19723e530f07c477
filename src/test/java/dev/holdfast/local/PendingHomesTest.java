package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The roles of the project's own template, wherever the pending index lives: the same rights, on
 * the replicas that the functions call there, and on no other. RolesIT holds them against the calls
 * where it lives in the stack's region.
 */
class PendingHomesTest {
  private static final String HERE = "PendingIndex";
  private static final String THERE = "eu-west-1";

  @Test
  void inAnotherRegionOnlyTheReplicaThereIsCalled() {
    Set<Access> expected = new TreeSet<>();
    StackGrants.of(Map.of())
        .forEach(
            grant ->
                expected.add(isOnPendingIndex(grant) ? StackGrants.inRegion(THERE, grant) : grant));

    assertThat(StackGrants.of(Map.of("PendingRegion", THERE)))
        .isEqualTo(expected)
        .anyMatch(grant -> grant.resource().endsWith(HERE) && grant.resource().contains(THERE));
  }

  @Test
  void withAWitnessBothReplicasAreCalled() {
    Set<Access> expected = new TreeSet<>(StackGrants.of(Map.of()));
    StackGrants.of(Map.of()).stream()
        .filter(PendingHomesTest::isOnPendingIndex)
        .map(grant -> StackGrants.inRegion(THERE, grant))
        .forEach(expected::add);

    assertThat(StackGrants.of(Map.of("PendingRegion", THERE, "WitnessRegion", "eu-north-1")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"''", "eu-north-1"})
  void atTheSecondDoorTheHomesTablesAreCalled(String witnessRegion) {
    assertThat(StackGrants.ofSecondDoor(witnessRegion))
        .isEqualTo(StackGrants.atSecondDoor(StackGrants.of(Map.of()), witnessRegion));
  }

  private static boolean isOnPendingIndex(Access grant) {
    return grant.resource().equals(HERE) || grant.resource().startsWith(HERE + "/");
  }
}
