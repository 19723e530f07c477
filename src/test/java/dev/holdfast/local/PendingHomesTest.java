package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The roles of the project's own template, wherever the pending index lives: the same rights, on
 * the replicas that the functions call there, and on no other. RolesIT holds them against the calls
 * where it lives in the stack's region.
 */
class PendingHomesTest {
  private static final String HERE = "PendingIndex";
  private static final String THERE =
      "arn:aws:dynamodb:eu-west-1:"
          + Intrinsics.ACCOUNT
          + ":table/"
          + Intrinsics.STACK
          + "-"
          + HERE;

  @Test
  void inAnotherRegionOnlyTheReplicaThereIsCalled() {
    Set<Access> expected = new TreeSet<>();
    grants(Map.of()).forEach(grant -> expected.add(isOnPendingIndex(grant) ? there(grant) : grant));

    assertThat(grants(Map.of("PendingRegion", "eu-west-1")))
        .isEqualTo(expected)
        .anyMatch(grant -> grant.resource().equals(THERE));
  }

  @Test
  void withAWitnessBothReplicasAreCalled() {
    Set<Access> expected = new TreeSet<>(grants(Map.of()));
    grants(Map.of()).stream()
        .filter(PendingHomesTest::isOnPendingIndex)
        .map(PendingHomesTest::there)
        .forEach(expected::add);

    assertThat(grants(Map.of("PendingRegion", "eu-west-1", "WitnessRegion", "eu-north-1")))
        .isEqualTo(expected);
  }

  private static boolean isOnPendingIndex(Access grant) {
    return grant.resource().equals(HERE) || grant.resource().startsWith(HERE + "/");
  }

  private static Access there(Access grant) {
    return new Access(
        grant.function(), grant.action(), THERE + grant.resource().substring(HERE.length()));
  }

  private static Set<Access> grants(Map<String, String> parameters) {
    Template template = Template.read(Path.of("template.yaml"), parameters);
    return new AccessControl(
            template.functions(Map.of()), template.tables(), template.queues(), notice -> {})
        .grants();
  }
}
