package dev.holdfast.local;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.component.LifeCycle;

/** A DynamoDB of its own, in memory, reachable from this machine only. */
record EmbeddedDynamoDb(Server server) implements AutoCloseable {
  /**
   * Starts one.
   *
   * @param port 0 is any free one
   */
  static EmbeddedDynamoDb start(int port) {
    Server server = new Server(new InetSocketAddress(NetUtil.LOCALHOST4, port));
    try {
      // In memory, without a file, one database for all credentials and regions.
      LocalDynamoDBRequestHandler database =
          new LocalDynamoDBRequestHandler(0, true, null, true, false);
      ContextHandler context = new ContextHandler("/");
      context.setHandler(new LocalDynamoDBServerHandler(database, null));
      server.setHandler(context);
      server.start();
      return new EmbeddedDynamoDb(server);
    } catch (Exception failed) {
      throw new StartFailure("DynamoDB Local does not start: " + failed, failed);
    }
  }

  URI endpoint() {
    int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    return URI.create("http://" + Loopback.HOST + ":" + port);
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
  }
}
