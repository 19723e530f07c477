package dev.holdfast.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A network that forgets every connection once it has carried an answer, as if its process had been
 * frozen for a while: whatever comes on it later is swallowed, and nobody is told. New ones work.
 */
final class ForgottenConnections implements AutoCloseable {

  private static final int NOTHING_MORE = -1;

  private final URI target;
  private final ServerSocket server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "forgotten-connections");
            thread.setDaemon(true);
            return thread;
          });

  ForgottenConnections(URI target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        Socket far = new Socket(target.getHost(), target.getPort());
        AtomicBoolean answered = new AtomicBoolean();
        threads.execute(() -> carry(near, far, answered));
        threads.execute(() -> carryBack(far, near, answered));
      }
    } catch (IOException closed) {
      threads.shutdownNow();
    }
  }

  private static void carry(Socket near, Socket far, AtomicBoolean answered) {
    try (near;
        far) {
      InputStream from = near.getInputStream();
      OutputStream to = far.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int length = from.read(buffer); length != NOTHING_MORE; length = from.read(buffer)) {
        if (!answered.get()) {
          to.write(buffer, 0, length);
        }
      }
    } catch (IOException gone) {
      // As connections go.
    }
  }

  private static void carryBack(Socket far, Socket near, AtomicBoolean answered) {
    try {
      InputStream from = far.getInputStream();
      OutputStream to = near.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int length = from.read(buffer); length != NOTHING_MORE; length = from.read(buffer)) {
        answered.set(true);
        to.write(buffer, 0, length);
      }
    } catch (IOException gone) {
      // Its other half closes both.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
