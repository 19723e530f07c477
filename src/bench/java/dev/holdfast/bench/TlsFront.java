package dev.holdfast.bench;

import dev.holdfast.local.Dependency;
import dev.holdfast.local.Door;
import dev.holdfast.local.LocalCloud;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One endpoint over TLS for both tables, as DynamoDB is one in a region, with a certificate by an
 * authority of its own. What a function sends to it goes on to the proxies of a local cloud, with
 * all their faults. An RSA key of 2,048 bits, as DynamoDB's, and one certificate less in the chain.
 */
final class TlsFront implements AutoCloseable {

  private static final String PASSWORD = "changeit";

  private final Path directory;
  private final Vertx vertx;
  private final HttpClient client;
  private final AtomicInteger connections = new AtomicInteger();
  private final HttpServer server;
  private volatile LocalCloud cloud;

  /**
   * @param parent where a new directory is to be, for keys and certificates
   */
  TlsFront(Path parent) throws IOException, InterruptedException {
    this.directory = Files.createTempDirectory(Files.createDirectories(parent), "tls-");
    certify();
    this.vertx = Vertx.vertx();
    this.client = vertx.createHttpClient();
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("localhost")
                    .setPort(0)
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PfxOptions()
                            .setPath(file("server.p12").toString())
                            .setPassword(PASSWORD)))
            .connectionHandler(connection -> connections.incrementAndGet())
            .requestHandler(this::carry)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  URI endpoint() {
    return URI.create("https://localhost:" + server.actualPort());
  }

  /** Where the authority's certificate is. */
  Path trustStore() {
    return file("trusted.p12").toAbsolutePath();
  }

  static String trustStorePassword() {
    return PASSWORD;
  }

  /** From now on what comes goes on to this one. */
  void leadTo(LocalCloud next) {
    cloud = next;
  }

  /** How many TLS connections there were so far. */
  int connections() {
    return connections.get();
  }

  private void carry(HttpServerRequest request) {
    request.body().onSuccess(body -> carry(request, body));
  }

  private void carry(HttpServerRequest request, Buffer body) {
    boolean isOfPending =
        body.toString()
            .contains("\"TableName\":\"" + cloud.tableName(Dependency.PENDING_INDEX) + "\"");
    URI store =
        cloud.proxy(Door.HOME, isOfPending ? Dependency.PENDING_INDEX : Dependency.EVENT_TABLE);
    client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(store.getHost())
                .setPort(store.getPort())
                .setURI("/"))
        .compose(
            onward -> {
              request.headers().forEach((name, value) -> onward.putHeader(name, value));
              return onward.send(body);
            })
        .compose(
            answer ->
                answer
                    .body()
                    .onSuccess(
                        content -> {
                          request.response().setStatusCode(answer.statusCode());
                          request.response().headers().addAll(answer.headers());
                          var unused = request.response().end(content);
                        }))
        .onFailure(refused -> request.connection().close());
  }

  private void certify() throws IOException, InterruptedException {
    List<String> own = List.of("-keyalg", "RSA", "-keysize", "2048", "-validity", "30");
    keytool(
        "ca.p12",
        "-genkeypair",
        "ca",
        with(own, "-dname", "CN=An authority", "-ext", "bc:c=ca:true"));
    keytool("server.p12", "-genkeypair", "server", with(own, "-dname", "CN=localhost"));
    keytool("server.p12", "-certreq", "server", List.of("-file", "request"));
    keytool(
        "ca.p12",
        "-gencert",
        "ca",
        List.of("-infile", "request", "-outfile", "certificate", "-ext", "san=dns:localhost"));
    keytool("ca.p12", "-exportcert", "ca", List.of("-file", "authority"));
    keytool("server.p12", "-importcert", "ca", List.of("-noprompt", "-file", "authority"));
    keytool("server.p12", "-importcert", "server", List.of("-file", "certificate"));
    keytool("trusted.p12", "-importcert", "ca", List.of("-noprompt", "-file", "authority"));
  }

  private static List<String> with(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  private void keytool(String store, String command, String alias, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    line.addAll(List.of(command, "-alias", alias, "-keystore", store));
    line.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    line.addAll(arguments);
    Process process =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(file("keytool.log").toFile())
            .start();
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException(Files.readString(file("keytool.log")));
    }
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
