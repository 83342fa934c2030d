package io.gatehouse.orders;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection that costs next to nothing: for load, and for hanging up. */
final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private int chunk;

  RawClient(int port) throws IOException {
    this(port, 0);
  }

  private RawClient(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    in = new BufferedInputStream(socket.getInputStream(), 16_384);
  }

  /** One whose system takes little from the server before somebody reads. */
  static RawClient withReceiveBuffer(int port, int bytes) throws IOException {
    return new RawClient(port, bytes);
  }

  static byte[] request(String method, String path, String token, String body, String... headers) {
    var text = new StringBuilder();
    text.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
    text.append("Authorization: Bearer ").append(token).append("\r\n");
    for (var header : headers) {
      text.append(header).append("\r\n");
    }
    if (!body.isEmpty()) {
      text.append("Content-Type: application/json\r\nContent-Length: ");
      text.append(body.getBytes(StandardCharsets.UTF_8).length).append("\r\n");
    }
    return text.append("\r\n").append(body).toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Sends without waiting. */
  void send(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
  }

  /** The next answer: status, and the body's text. */
  Answer receive() throws IOException {
    var status = Integer.parseInt(line().substring(9, 12));
    var length = 0;
    var chunked = false;
    for (var line = line(); !line.isEmpty(); line = line()) {
      var header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).trim());
      }
      chunked |= header.startsWith("transfer-encoding:");
    }
    var body = chunked ? chunks() : in.readNBytes(length);
    return new Answer(status, new String(body, StandardCharsets.UTF_8));
  }

  record Answer(int status, String body) {}

  byte[] bytes(int count) throws IOException {
    return in.readNBytes(count);
  }

  String line() throws IOException {
    var line = new StringBuilder(64);
    for (var c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream(1024);
    for (var size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      body.write(in.readNBytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  /** The next line of a body in chunks, wherever they are cut; null after the last chunk. */
  @Nullable String chunkedLine() throws IOException {
    var line = new ByteArrayOutputStream(128);
    while (true) {
      if (chunk == 0) {
        chunk = Integer.parseInt(line(), 16);
        if (chunk == 0) {
          return null;
        }
      }
      var c = in.read();
      if (c < 0) {
        throw new EOFException();
      }
      if (--chunk == 0) {
        line();
      }
      if (c == '\n') {
        return line.toString(StandardCharsets.UTF_8);
      }
      line.write(c);
    }
  }

  /** Closes with a reset, as a client that dies would. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
