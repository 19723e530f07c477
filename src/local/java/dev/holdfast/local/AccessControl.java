package dev.holdfast.local;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Knows every function by the access key that its requests are signed with, keeps what each has
 * called, and refuses what its role does not allow. Who is no function of the template may do
 * everything, and nothing is kept of it. Thread-safe.
 */
final class AccessControl {
  private final Map<String, Caller> callers = new HashMap<>();
  private final Map<String, String> logicalIds = new HashMap<>();
  private final Consumer<String> notices;
  private final Set<Access> calls = ConcurrentHashMap.newKeySet();
  private final Set<Access> refused = ConcurrentHashMap.newKeySet();

  private record Caller(String name, Role role) {}

  /**
   * @param notices is told of every refusal, once
   */
  AccessControl(
      List<Template.Function> functions,
      List<Template.Table> tables,
      List<Template.Queue> queues,
      Consumer<String> notices) {
    this.notices = notices;
    for (Template.Function function : functions) {
      callers.put(accessKey(function), new Caller(function.name(), function.role()));
      callers.put(
          pollerAccessKey(function), new Caller(function.name() + "-poller", function.role()));
    }
    tables.forEach(table -> logicalIds.put(table.arn(), table.logicalId()));
    queues.forEach(queue -> logicalIds.put(queue.arn(), queue.logicalId()));
  }

  /** What a function signs with; DynamoDB Local takes letters and digits only. */
  static String accessKey(Template.Function function) {
    return "FUNCTION" + function.logicalId();
  }

  /** What the poller signs with that works off a queue for a function, in the function's role. */
  static String pollerAccessKey(Template.Function function) {
    return "POLLER" + function.logicalId();
  }

  /** Keeps a call, and tells its developer why it is refused, if it is. */
  Optional<String> check(MultiMap headers, Buffer body) {
    return AwsCall.of(headers, body).flatMap(this::check);
  }

  /** Who signed a request, if it is a function, or a function's poller. */
  Optional<String> caller(MultiMap headers) {
    return AwsCall.of(headers, Buffer.buffer())
        .map(call -> callers.get(call.accessKey()))
        .map(Caller::name);
  }

  private Optional<String> check(AwsCall call) {
    Caller caller = callers.get(call.accessKey());
    if (caller == null) {
      return Optional.empty();
    }
    Access access = new Access(caller.name(), call.action(), shortName(call.resource()));
    calls.add(access);
    if (caller.role().allows(call.action(), call.resource())) {
      return Optional.empty();
    }
    if (refused.add(access)) {
      notices.accept(
          "%s calls %s on %s, which its role does not allow."
              .formatted(access.function(), access.action(), access.resource()));
    }
    return Optional.of(
        "User: %s is not authorized to perform: %s on resource: %s"
            .formatted(caller.name(), call.action(), call.resource()));
  }

  /** What was called, allowed or not. */
  Set<Access> calls() {
    return new TreeSet<>(calls);
  }

  /** The logical id of what an ARN names, as {@link Access#resource} has it. */
  String shortName(String arn) {
    String owner = arn.replaceFirst("/index/.*", "");
    String logicalId = logicalIds.get(owner);
    return logicalId == null ? arn : logicalId + arn.substring(owner.length());
  }
}
