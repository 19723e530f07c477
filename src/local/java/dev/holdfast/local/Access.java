package dev.holdfast.local;

import java.util.Comparator;

/**
 * One thing that a function does to one resource, or may do.
 *
 * @param function the function's short name, such as {@code append}
 * @param action as a role names it, such as {@code dynamodb:PutItem}
 * @param resource a table, {@code table/index/name} or a queue by its logical id in the template;
 *     the ARN itself where it is none of these
 */
public record Access(String function, String action, String resource)
    implements Comparable<Access> {

  private static final Comparator<Access> ORDER =
      Comparator.comparing(Access::function)
          .thenComparing(Access::resource)
          .thenComparing(Access::action);

  @Override
  public int compareTo(Access other) {
    return ORDER.compare(this, other);
  }
}
