package dev.holdfast.aws;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.http.conn.DnsResolver;

/**
 * Looks up names as another resolver does, but an interrupt ends the wait. The JDK's does not heed
 * one: it waits as long as its name servers let it, which may say nothing for many seconds, and
 * large outages of DynamoDB have begun with its name.
 *
 * <p>So each look-up is on a thread of its own, which goes on where nobody waits for it any more.
 * There is one for each new connection, none for a call on a connection that was kept. Thread-safe.
 */
final class InterruptibleNames implements DnsResolver {

  private final DnsResolver names;

  /**
   * @param names what is asked; thread-safe
   */
  InterruptibleNames(DnsResolver names) {
    this.names = names;
  }

  /**
   * @throws UnknownHostException as the other resolver, and where the thread was interrupted, which
   *     it still is then
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    FutureTask<InetAddress[]> answer = new FutureTask<>(() -> names.resolve(host));
    Thread thread = new Thread(answer, "holdfast-name");
    thread.setDaemon(true);
    thread.start();
    try {
      return answer.get();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw unknown(host, stop);
    } catch (ExecutionException failure) {
      throw unknown(host, failure.getCause());
    }
  }

  private static UnknownHostException unknown(String host, Throwable cause) {
    UnknownHostException unknown = new UnknownHostException(host);
    unknown.initCause(cause);
    return unknown;
  }
}
