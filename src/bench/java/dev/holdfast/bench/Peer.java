package dev.holdfast.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.Props;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.AbstractPersistentActor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * An event store on DynamoDB that one could take instead: persistent actors of Apache Pekko with
 * the journal pekko-persistence-dynamodb. A booking is an actor, its event a text. The journal
 * brings a DynamoDB client of its own (SDK 1, its defaults).
 *
 * <p>What is asked of an actor that is in memory costs no call of the store, and holds where a code
 * belongs to one process at a time. A function on Lambda is no such process, so a read is an actor
 * that is recovered, as after any start.
 */
final class Peer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String TABLE = "pekko-journal";

  private final ActorSystem actors;

  Peer(DynamoDbClient client, URI endpoint) {
    client.createTable(
        table ->
            table
                .tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                    attribute("par", ScalarAttributeType.S),
                    attribute("num", ScalarAttributeType.N))
                .keySchema(key("par", KeyType.HASH), key("num", KeyType.RANGE)));
    Config config =
        ConfigFactory.parseString(
                """
                pekko.loglevel = OFF
                pekko.stdout-loglevel = OFF
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                pekko.daemonic = on
                pekko.persistence.journal.plugin = "dynamodb-journal"
                dynamodb-journal {
                  journal-table = "%s"
                  endpoint = "%s"
                  aws-access-key-id = "key"
                  aws-secret-access-key = "secret"
                }
                """
                    .formatted(TABLE, endpoint))
            .withFallback(ConfigFactory.load());
    actors = ActorSystem.create("peer", config);
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  /** A booking's actor; it recovers what the journal holds before it answers. */
  ActorRef booking(String code) {
    return actors.actorOf(Props.create(Booking.class, () -> new Booking(code)));
  }

  /** Appends an event, and waits until it is in the journal. */
  static void append(ActorRef booking, String event) {
    ask(booking, event);
  }

  /** How many events the booking has. */
  static int size(ActorRef booking) {
    return (Integer) ask(booking, Question.HOW_MANY);
  }

  static void forget(ActorRef booking) {
    booking.tell(PoisonPill.getInstance(), ActorRef.noSender());
  }

  private static Object ask(ActorRef booking, Object message) {
    try {
      return Patterns.ask(booking, message, PATIENCE).toCompletableFuture().join();
    } catch (CompletionException failure) {
      throw new IllegalStateException("The peer does not answer", failure);
    }
  }

  @Override
  public void close() {
    actors.terminate();
  }

  private enum Question {
    HOW_MANY
  }

  private static final class Booking extends AbstractPersistentActor {

    private final String code;
    private int events;

    Booking(String code) {
      this.code = code;
    }

    @Override
    public String persistenceId() {
      return code;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(
              String.class,
              event ->
                  persist(
                      event,
                      persisted -> {
                        events++;
                        getSender().tell(events, getSelf());
                      }))
          .match(Question.class, question -> getSender().tell(events, getSelf()))
          .build();
    }

    @Override
    public Receive createReceiveRecover() {
      return receiveBuilder().match(String.class, event -> events++).build();
    }
  }
}
