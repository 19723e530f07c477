package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/** A start is not held by the stores that it reads from. */
@Timeout(60)
class PrimingTest {

  private final CountDownLatch test = new CountDownLatch(1);
  private final BlockingQueue<Thread> readers = new LinkedBlockingQueue<>();
  private final AtomicInteger answers = new AtomicInteger();

  @AfterEach
  void letGo() {
    test.countDown();
  }

  /** As while its name server says nothing: neither an answer nor an end. */
  private DynamoDbClient silent() {
    return client(
        () -> {
          test.await();
          throw SdkClientException.create("silent");
        });
  }

  private DynamoDbClient answering() {
    return client(
        () -> {
          Thread.sleep(100);
          answers.incrementAndGet();
          return GetItemResponse.builder().build();
        });
  }

  private DynamoDbClient client(Callable<Object> read) {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoDbClient.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              readers.add(Thread.currentThread());
              return read.call();
            });
  }

  private static Priming.Read read(DynamoDbClient client, String table) {
    return new Priming.Read(client, table, PendingTable.key("priming"));
  }

  @Test
  @Regression("a name server that says nothing held a start for 13.7 s")
  void aStartIsNotHeldByATableThatIsNotAnswered() throws InterruptedException {
    Priming.read(
        List.of(read(silent(), "events"), read(silent(), "pending")), Duration.ofMillis(100));

    assertThat(readers.poll(30, TimeUnit.SECONDS)).isNotNull().matches(Thread::isDaemon);
    assertThat(readers.poll(30, TimeUnit.SECONDS)).isNotNull().matches(Thread::isDaemon);
  }

  @Test
  void aStartWaitsForWhatIsAnswered() {
    Priming.read(
        List.of(read(answering(), "events"), read(answering(), "pending")), Clients.PATIENCE);

    assertThat(answers).hasValue(2);
  }

  @Test
  void anEndpointOfTwoTablesIsReadFromOnce() {
    try (DynamoDbClient events = Clients.dynamoDb(URI.create("http://one.test"));
        DynamoDbClient beside = Clients.dynamoDb(URI.create("http://one.test"));
        DynamoDbClient elsewhere = Clients.dynamoDb(URI.create("http://two.test"))) {
      assertThat(
              Priming.onePerEndpoint(
                  Stream.of(
                      read(events, "events"), read(beside, "pending"), read(elsewhere, "pending"))))
          .extracting(Priming.Read::client)
          .containsExactly(events, elsewhere);
    }
  }
}
