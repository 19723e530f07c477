package dev.holdfast.aws;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.util.Map;
import org.apache.pekko.actor.ActorSystem;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** An SQS in memory, for one test class. */
final class EmbeddedSqs implements BeforeAllCallback, AfterAllCallback {

  private ActorSystem actors;
  private SQSRestServer server;
  private SqsClient client;

  SqsClient client() {
    return client;
  }

  /** Makes a FIFO queue and answers its URL. */
  String createQueue(String name) {
    return client
        .createQueue(
            queue ->
                queue
                    .queueName(name + ".fifo")
                    .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
        .queueUrl();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    ClassLoader loader = EmbeddedSqs.class.getClassLoader();
    Config quiet =
        ConfigFactory.parseString("pekko.loglevel = OFF, pekko.stdout-loglevel = OFF")
            .withFallback(ConfigFactory.load(loader));
    actors = ActorSystem.create("sqs", quiet, loader);
    server =
        SQSRestServerBuilder.withActorSystem(actors)
            .withInterface("127.0.0.1")
            .withDynamicPort()
            .start();
    int port = server.waitUntilStarted().localAddress().getPort();
    client = Clients.sqs(URI.create("http://127.0.0.1:" + port));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    client.close();
    server.stopAndWait();
    actors.terminate();
  }
}
