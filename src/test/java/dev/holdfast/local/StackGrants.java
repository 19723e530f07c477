package dev.holdfast.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the roles of the functions grant in a stack of the project's template. */
public final class StackGrants {

  private static final String HOME = "eu-west-1";
  private static final Set<String> AT_HOME = Set.of("backfill", "republish", "audit");
  private static final String TABLES = "(EventTable|PendingIndex)(/.*)?";

  private StackGrants() {}

  /**
   * The grants, each of a table or queue of the stack by its logical id.
   *
   * @param parameters those that have not their defaults
   */
  static Set<Access> of(Map<String, String> parameters) {
    return of(Path.of("template.yaml"), parameters);
  }

  /** The grants of a stack of another template. */
  static Set<Access> of(Path file, Map<String, String> parameters) {
    Template template = Template.read(file, parameters);
    return of(
        template.functions(Map.of()),
        new AccessControl(
            template.functions(Map.of()), template.tables(), template.queues(), notice -> {}));
  }

  /** What the roles of some functions allow, each action with each resource. */
  static Set<Access> of(List<Template.Function> functions, AccessControl access) {
    Set<Access> grants = new TreeSet<>();
    for (Template.Function function : functions) {
      for (Role.Statement statement : function.role().statements()) {
        for (String action : statement.actions()) {
          for (String resource : statement.resources()) {
            grants.add(new Access(function.name(), action, access.shortName(resource)));
          }
        }
      }
    }
    return grants;
  }

  /** The grants of the stack that the local cloud runs. */
  public static Set<Access> ofLocalCloud() {
    return of(Map.of("ChangeFeedBus", "bookings", "Package", "jvm"));
  }

  /** The grants of a second door. */
  public static Set<Access> ofSecondDoor(String witnessRegion) {
    return of(
        Map.of(
            "PendingRegion",
            Intrinsics.REGION,
            "WitnessRegion",
            witnessRegion,
            "HomeRegion",
            HOME,
            "HomeEventTable",
            Intrinsics.STACK + "-EventTable",
            "HomePendingIndex",
            Intrinsics.STACK + "-PendingIndex"));
  }

  /**
   * What has to be granted at a second door where its functions need this at home: the same, of the
   * event table at home and of the heads beside them, or of both replicas where a witness makes
   * them one register. It has no backfill, republish or audit.
   */
  public static Set<Access> atSecondDoor(Set<Access> atHome, String witnessRegion) {
    Set<Access> there = new TreeSet<>();
    for (Access access : atHome) {
      if (AT_HOME.contains(access.function())) {
        continue;
      }
      if (!access.resource().matches(TABLES)) {
        there.add(access);
        continue;
      }
      boolean isOnEventTable = access.resource().startsWith("EventTable");
      if (isOnEventTable || !witnessRegion.isEmpty()) {
        there.add(inRegion(HOME, access));
      }
      if (!isOnEventTable) {
        there.add(inRegion(Intrinsics.REGION, access));
      }
    }
    return there;
  }

  /** The same, of a table that is none of the stack's own. */
  static Access inRegion(String region, Access access) {
    return new Access(
        access.function(),
        access.action(),
        "arn:aws:dynamodb:%s:%s:table/%s-%s"
            .formatted(region, Intrinsics.ACCOUNT, Intrinsics.STACK, access.resource()));
  }
}
