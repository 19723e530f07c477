package dev.holdfast.aws;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.http.conn.DnsResolver;
import org.apache.http.impl.conn.SystemDefaultDnsResolver;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The HTTP client of the AWS clients: Apache's, and a few rules more. For what it sends for a
 * {@link BoundedCall}:
 *
 * <ul>
 *   <li>Nothing is sent after the call's deadline. Between an attempt's beginning and its first
 *       byte lie a name server, a connection and a TLS handshake, any of which may take its time;
 *       so the deadline is asked as the body is read to be written, and a request without its body
 *       is none.
 *   <li>An attempt after one that met silence has a connection of its own. Those that are kept may
 *       have died together, in a process that was frozen, and nobody told them.
 * </ul>
 *
 * And for every call: a wait for a name ends with an interrupt ({@link InterruptibleNames}), as all
 * others end with their connection, which the SDK closes when a time limit is over. Thread-safe.
 */
final class BoundedTransport implements SdkHttpClient {

  private final Supplier<SdkHttpClient> clients;
  private final SdkHttpClient kept;
  private Optional<SdkHttpClient> fresh = Optional.empty();

  private BoundedTransport(Supplier<SdkHttpClient> clients) {
    this.clients = clients;
    this.kept = clients.get();
  }

  /**
   * Makes one for each AWS client that is built with it.
   *
   * @param names looks up names, for as long as it takes
   */
  record Builder(DnsResolver names) implements SdkHttpClient.Builder<Builder> {

    Builder() {
      this(SystemDefaultDnsResolver.INSTANCE);
    }

    @Override
    public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
      DnsResolver interruptible = new InterruptibleNames(names);
      return new BoundedTransport(
          () -> ApacheHttpClient.builder().dnsResolver(interruptible).buildWithDefaults(defaults));
    }
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return BoundedCall.ofThisThread()
        .map(call -> prepare(request, call))
        .orElseGet(() -> kept.prepareRequest(request));
  }

  private ExecutableHttpRequest prepare(HttpExecuteRequest request, BoundedCall call) {
    boolean alone = call.metSilence();
    HttpExecuteRequest.Builder bounded =
        HttpExecuteRequest.builder()
            .request(alone ? closing(request.httpRequest()) : request.httpRequest());
    request.contentStreamProvider().ifPresent(it -> bounded.contentStreamProvider(bound(it, call)));
    request.metricCollector().ifPresent(bounded::metricCollector);
    ExecutableHttpRequest attempt = (alone ? fresh() : kept).prepareRequest(bounded.build());
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return call.transmit(attempt);
      }

      @Override
      public void abort() {
        attempt.abort();
      }
    };
  }

  /** Its connection is closed after the answer (RFC 9112, 9.6), so that this client has none. */
  private static SdkHttpRequest closing(SdkHttpRequest request) {
    return request.toBuilder().putHeader("Connection", "close").build();
  }

  /** Made when it is first needed, which in most processes is never. */
  private synchronized SdkHttpClient fresh() {
    SdkHttpClient client = fresh.orElseGet(clients);
    fresh = Optional.of(client);
    return client;
  }

  private static ContentStreamProvider bound(ContentStreamProvider content, BoundedCall call) {
    return () -> new BoundedContent(content.newStream(), call);
  }

  /** The body of a request, which ends in an exception once it is too late to send it. */
  private static final class BoundedContent extends FilterInputStream {

    private final BoundedCall call;

    BoundedContent(InputStream content, BoundedCall call) {
      super(content);
      this.call = call;
    }

    @Override
    public int read() throws IOException {
      call.checkDeadline();
      return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      call.checkDeadline();
      return super.read(buffer, offset, length);
    }
  }

  @Override
  public String clientName() {
    return kept.clientName();
  }

  @Override
  public synchronized void close() {
    kept.close();
    fresh.ifPresent(SdkHttpClient::close);
  }
}
