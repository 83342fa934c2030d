package io.gatehouse.users.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A server that says these lines to whoever connects: the first at once, each further one after a
 * line of the client's, the last of a mail's text too. Then it closes the connection.
 */
final class ScriptedSmtp implements AutoCloseable {
  private final ServerSocket socket;
  private final List<String> lines;
  private final StringBuffer heard = new StringBuffer();

  ScriptedSmtp(String... lines) throws IOException {
    this(0, lines);
  }

  /** On this port; 0 is a free one. */
  ScriptedSmtp(int port, String... lines) throws IOException {
    this.lines = List.of(lines);
    this.socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** All that clients said. */
  String heard() {
    return heard.toString();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (var client = socket.accept()) {
        talk(client);
      } catch (IOException over) {
        // The client or the test has gone.
      }
    }
  }

  private void talk(Socket client) throws IOException {
    var in =
        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    var out = client.getOutputStream();
    for (var line : lines) {
      out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      if (line.startsWith("354")) {
        for (var text = in.readLine(); text != null && !text.equals("."); text = in.readLine()) {
          heard.append(text).append('\n');
        }
        return;
      }
      heard.append(in.readLine()).append('\n');
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
