package dev.holdfast.local;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import org.apache.pekko.actor.ActorSystem;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/** An SQS in memory, reachable from this machine only. */
record EmbeddedSqs(ActorSystem actors, SQSRestServer server, URI endpoint)
    implements AutoCloseable {
  /**
   * Starts one.
   *
   * @param port 0 is any free one
   */
  static EmbeddedSqs start(int port) {
    ClassLoader loader = EmbeddedSqs.class.getClassLoader();
    Config config =
        ConfigFactory.parseString(
                """
                pekko.loglevel = OFF
                pekko.stdout-loglevel = OFF
                pekko.log-dead-letters = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                pekko.daemonic = on
                """)
            .withFallback(ConfigFactory.load(loader));
    ActorSystem actors = ActorSystem.create("sqs", config, loader);
    SQSRestServer server =
        SQSRestServerBuilder.withActorSystem(actors)
            .withInterface(Loopback.HOST)
            .withPort(port)
            .withAWSRegion(Intrinsics.REGION)
            .withAWSAccountId(Intrinsics.ACCOUNT)
            .start();
    int bound = server.waitUntilStarted().localAddress().getPort();
    return new EmbeddedSqs(actors, server, URI.create("http://" + Loopback.HOST + ":" + bound));
  }

  @Override
  public void close() {
    server.stopAndWait();
    actors.terminate();
  }
}
