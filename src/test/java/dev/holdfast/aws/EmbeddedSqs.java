package dev.holdfast.aws;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.elasticmq.util.NowProvider;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import scala.Option;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** An SQS in memory. */
public final class EmbeddedSqs implements BeforeAllCallback, AfterAllCallback {

  private final MovableClock clock = new MovableClock();
  private ActorSystem actors;
  private SQSRestServer server;
  private URI endpoint;
  private SqsClient client;

  public void start() {
    actors = ActorSystem.create("sqs");
    ActorRef queues =
        actors.actorOf(
            Props.create(
                QueueManagerActor.class,
                clock,
                StrictSQSLimits$.MODULE$,
                Option.<ActorRef>empty()));
    server =
        SQSRestServerBuilder.withActorSystem(actors)
            .withQueueManagerActor(queues)
            .withInterface("127.0.0.1")
            .withDynamicPort()
            .start();
    int port = server.waitUntilStarted().localAddress().getPort();
    endpoint = URI.create("http://127.0.0.1:" + port);
    client = Clients.sqs(endpoint);
  }

  public void stop() {
    client.close();
    server.stopAndWait();
    actors.terminate();
  }

  /** Makes time pass for the queues: messages become visible, deduplication ids are forgotten. */
  public void pass(Duration time) {
    clock.pass(time);
  }

  /** The time that the queues go by. */
  public Instant now() {
    return Instant.ofEpochMilli(clock.nowMillis());
  }

  public URI endpoint() {
    return endpoint;
  }

  public SqsClient client() {
    return client;
  }

  /** Makes a FIFO queue and answers its URL. */
  public String createQueue(String name) {
    return createQueue(name, Duration.ofSeconds(30));
  }

  /**
   * Makes a FIFO queue and answers its URL.
   *
   * @param visibilityTimeout how long a message that was received is hidden
   */
  public String createQueue(String name, Duration visibilityTimeout) {
    return client
        .createQueue(
            queue ->
                queue
                    .queueName(name + ".fifo")
                    .attributes(
                        Map.of(
                            QueueAttributeName.FIFO_QUEUE,
                            "true",
                            QueueAttributeName.VISIBILITY_TIMEOUT,
                            Long.toString(visibilityTimeout.toSeconds()))))
        .queueUrl();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
  }

  /** The time of day, and what a test has made pass beyond it. */
  private static final class MovableClock extends NowProvider {

    private final AtomicLong passedMillis = new AtomicLong();

    void pass(Duration time) {
      passedMillis.addAndGet(time.toMillis());
    }

    @Override
    public long nowMillis() {
      return System.currentTimeMillis() + passedMillis.get();
    }
  }
}
