package dev.holdfast.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Requests that no well-behaved client would send. */
final class RawHttp {
  private RawHttp() {}

  /** The status that a request without a body gets. */
  static int status(URI api, String methodAndPath) throws IOException {
    return status(api, methodAndPath, 0);
  }

  /** The status that a request with a body of so many bytes gets. */
  static int status(URI api, String methodAndPath, int length) throws IOException {
    try (Socket socket = new Socket(api.getHost(), api.getPort());
        BufferedReader answer =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      OutputStream out = socket.getOutputStream();
      String head =
          "%s HTTP/1.1\r\nHost: local\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
              .formatted(methodAndPath, length);
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      try {
        out.write(new byte[length]);
        out.flush();
      } catch (SocketException refusedHalfway) {
        // The answer is there all the same.
      }
      return Integer.parseInt(answer.readLine().split(" ", 3)[1]);
    }
  }
}
