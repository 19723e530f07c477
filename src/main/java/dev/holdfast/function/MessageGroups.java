package dev.holdfast.function;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/**
 * Works off the messages of a batch: those of one message group, which is one booking, one after
 * the other in their order; those of different groups side by side. Safe for use by several
 * threads.
 */
final class MessageGroups {

  private final SideBySide groups;

  /**
   * @param atOnce how many messages are worked on at a time, 1 or more
   */
  MessageGroups(int atOnce) {
    this.groups = new SideBySide("holdfast-messages", atOnce);
  }

  /**
   * Works off all messages. When it returns, or throws an {@link IllegalStateException}, no work is
   * left behind.
   *
   * @param work whether it is done with a message; called on other threads
   * @return those that it is not done with, group by group
   * @throws IllegalStateException if the work threw; what it did until then is unknown
   * @throws InterruptedIOException if this thread was interrupted; so is the work
   */
  List<QueueMessage> workOff(List<QueueMessage> messages, Predicate<QueueMessage> work)
      throws InterruptedIOException {
    Map<String, List<QueueMessage>> byGroup = new LinkedHashMap<>();
    for (QueueMessage message : messages) {
      byGroup.computeIfAbsent(message.groupId(), first -> new ArrayList<>()).add(message);
    }
    List<Callable<List<QueueMessage>>> lanes = new ArrayList<>();
    byGroup
        .values()
        .forEach(group -> lanes.add(() -> group.stream().filter(work.negate()).toList()));
    return groups.all(lanes).stream().flatMap(List::stream).toList();
  }
}
