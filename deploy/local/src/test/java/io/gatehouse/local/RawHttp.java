package io.gatehouse.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * HTTP/1.1 as bytes, for what no client library sends. A request is text in which each character is
 * a byte (ISO 8859-1).
 */
final class RawHttp {
  private static final int MOST = 4 << 20;

  private RawHttp() {}

  /**
   * What came back.
   *
   * @param status 0 when the connection was closed without an answer, {@link #SILENT} when nothing
   *     came in time
   * @param head the status line and the header fields
   */
  record Answer(int status, String head, String body) {
    static final int SILENT = -1;

    static Answer none(int status) {
      return new Answer(status, "", "");
    }

    boolean has(String headerStart) {
      return head.toLowerCase(Locale.ROOT).contains("\r\n" + headerStart.toLowerCase(Locale.ROOT));
    }
  }

  /** Sends all bytes on a connection of their own and reads one answer, while it sends. */
  static Answer send(URI server, String request, Duration patience) {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(server.getHost(), server.getPort()), (int) patience.toMillis());
      socket.setSoTimeout((int) patience.toMillis());
      var writer = Thread.ofVirtual().start(() -> write(socket, request));
      var answer = read(socket.getInputStream());
      writer.interrupt();
      return answer;
    } catch (SocketTimeoutException silent) {
      return Answer.none(Answer.SILENT);
    } catch (IOException closed) {
      return Answer.none(0);
    }
  }

  /** Sends the bytes and leaves the connection open, for the caller to close. */
  static Socket hold(URI server, String request) throws IOException {
    var socket = new Socket(server.getHost(), server.getPort());
    Thread.ofVirtual().start(() -> write(socket, request));
    return socket;
  }

  private static void write(Socket socket, String request) {
    try {
      var out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    } catch (IOException refused) {
      // The answer tells.
    }
  }

  private static Answer read(InputStream in) throws IOException {
    var head = head(in);
    while (status(head) / 100 == 1 && status(head) != 101) {
      head = head(in);
    }
    var answer = new Answer(status(head), head, "");
    if (answer.status() == 0 || answer.has("content-type: text/event-stream")) {
      return answer;
    }
    var body = new ByteArrayOutputStream();
    try {
      var buffer = new byte[8192];
      for (var n = in.read(buffer); n >= 0 && body.size() < MOST; n = in.read(buffer)) {
        body.write(buffer, 0, n);
      }
    } catch (IOException cut) {
      // What was refused before it was read whole ends with a reset.
    }
    return new Answer(answer.status(), head, body.toString(StandardCharsets.UTF_8));
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    for (var octet = in.read(); octet >= 0; octet = in.read()) {
      head.append((char) octet);
      if (octet == '\n'
          && head.length() >= 4
          && head.lastIndexOf("\r\n\r\n") == head.length() - 4) {
        break;
      }
    }
    return head.toString();
  }

  private static int status(String head) {
    return head.matches("(?s)HTTP/1\\.[01] \\d{3}.*") ? Integer.parseInt(head.substring(9, 12)) : 0;
  }
}
