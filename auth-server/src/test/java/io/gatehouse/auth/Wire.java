package io.gatehouse.auth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** HTTP as it goes over the wire: sends what no client library would. */
final class Wire {
  private static final int PATIENCE_MILLIS = 20_000;

  private Wire() {}

  /** Header names in lower case; of repeated ones, the last. */
  record Answer(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** One request on a connection of its own; {@code head} without Host, Connection and length. */
  static Answer send(int port, String head, byte[] body) {
    var request = new ByteArrayOutputStream();
    request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    var length = body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n";
    request.writeBytes(
        ("Host: localhost\r\nConnection: close\r\n" + length + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    request.writeBytes(body);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.toByteArray());
      socket.getOutputStream().flush();
      return parse(readAll(socket));
    } catch (IOException failed) {
      throw new UncheckedIOException(head, failed);
    }
  }

  /** A server that refuses a body may reset the connection after its answer. */
  private static String readAll(Socket socket) throws IOException {
    var all = new ByteArrayOutputStream();
    var buffer = new byte[8_192];
    var input = socket.getInputStream();
    try {
      for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
        all.write(buffer, 0, read);
      }
    } catch (java.net.SocketException reset) {
      if (all.size() == 0) {
        throw reset;
      }
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  private static Answer parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    var lines = text.substring(0, end).split("\r\n", -1);
    var headers = new HashMap<String, String>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    var body = text.substring(end + 4);
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      body = unchunked(body);
    }
    return new Answer(Integer.parseInt(lines[0].substring(9, 12)), headers, utf8(body));
  }

  private static String unchunked(String body) {
    var whole = new StringBuilder();
    int at = 0;
    while (at < body.length()) {
      int line = body.indexOf("\r\n", at);
      int size = Integer.parseInt(body.substring(at, line), 16);
      whole.append(body, line + 2, line + 2 + size);
      at = line + 2 + size + 2;
      if (size == 0) {
        break;
      }
    }
    return whole.toString();
  }

  private static String utf8(String octets) {
    return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
