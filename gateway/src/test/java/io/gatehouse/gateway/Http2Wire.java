package io.gatehouse.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** An HTTP/2 client that sends what it is told, frame by frame, and shows what comes back. */
public final class Http2Wire implements AutoCloseable {
  public static final short END_STREAM = Http2Flags.END_STREAM;
  public static final short END_HEADERS = Http2Flags.END_HEADERS;
  private static final int FRAME_SIZE = Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE;

  private final SSLSocket socket;
  private final DataInputStream in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final DefaultHttp2HeadersDecoder heads = new DefaultHttp2HeadersDecoder(false);
  private final Deque<Frame> unread = new ArrayDeque<>();
  private final Map<Integer, Integer> windows = new HashMap<>();

  /**
   * A frame as it came.
   *
   * @param head its lines, in a frame that has some
   */
  public record Frame(
      int type, int flags, int stream, ByteBuffer payload, Map<String, String> head) {
    public boolean endsStream() {
      return (flags & END_STREAM) != 0;
    }

    /** Of a reset. */
    public Http2Error resetCode() {
      return Http2Error.valueOf(payload.getInt(0));
    }

    /** Of a goodbye. */
    public Http2Error goAwayCode() {
      return Http2Error.valueOf(payload.getInt(4));
    }
  }

  /**
   * What came on one stream.
   *
   * @param status 0 when there was none
   * @param reset when it was ended so
   */
  public record Answer(
      int status,
      Map<String, String> headers,
      String body,
      Map<String, String> trailers,
      Optional<Http2Error> reset) {}

  private Http2Wire(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** Connected, and nothing said yet. */
  public static Http2Wire silent(int port) {
    return silent(port, 0);
  }

  /**
   * Connected, and nothing said yet.
   *
   * @param receiveBuffer in bytes, so that what nobody reads stays with the gateway; 0 as usual
   */
  public static Http2Wire silent(int port, int receiveBuffer) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
      var socket = (SSLSocket) context.getSocketFactory().createSocket();
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 10_000);
      socket.setSoTimeout(60_000);
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      if (!socket.getApplicationProtocol().equals("h2")) {
        throw new IOException("no HTTP/2: " + socket.getApplicationProtocol());
      }
      return new Http2Wire(socket);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Connected; the preface and empty settings are sent. */
  public static Http2Wire connected(int port) {
    return silent(port).preface();
  }

  public Http2Wire preface(byte... settings) {
    var preface = Http2CodecUtil.connectionPrefaceBuf();
    var bytes = new byte[preface.readableBytes()];
    preface.readBytes(bytes);
    out.writeBytes(bytes);
    return frame(Http2FrameTypes.SETTINGS, 0, 0, settings).flush();
  }

  /** Adds a frame to what {@link #flush} will send. */
  public Http2Wire frame(int type, int flags, int stream, byte... payload) {
    out.writeBytes(
        ByteBuffer.allocate(9)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .array());
    out.writeBytes(payload);
    return this;
  }

  /** Bytes that may be anything. */
  public Http2Wire bytes(byte... any) {
    out.writeBytes(any);
    return this;
  }

  public Http2Wire flush() {
    try {
      socket.getOutputStream().write(out.toByteArray());
      out.reset();
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A head in as many frames as it needs; names and values in turn. */
  public Http2Wire head(int stream, boolean ends, String... lines) {
    var block = block(lines);
    var at = 0;
    do {
      var size = Math.min(FRAME_SIZE, block.length - at);
      var flags =
          (at + size == block.length ? END_HEADERS : 0) | (ends && at == 0 ? END_STREAM : 0);
      frame(
          at == 0 ? Http2FrameTypes.HEADERS : Http2FrameTypes.CONTINUATION,
          flags,
          stream,
          Arrays.copyOfRange(block, at, at + size));
      at += size;
    } while (at < block.length);
    return this;
  }

  /** A request's head with all that it needs; more lines may follow. */
  public Http2Wire request(int stream, boolean ends, String method, String path, String... more) {
    var lines = new ArrayList<String>(List.of(":method", method, ":scheme", "https"));
    lines.addAll(List.of(":path", path, ":authority", "localhost"));
    lines.addAll(List.of(more));
    return head(stream, ends, lines.toArray(String[]::new));
  }

  /** Literals without indexing (RFC 7541 section 6.2.2), each octet as it is. */
  public static byte[] block(String... lines) {
    var block = new ByteArrayOutputStream();
    for (var i = 0; i < lines.length; i += 2) {
      block.write(0);
      string(block, lines[i]);
      string(block, lines[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    var octets = text.getBytes(StandardCharsets.ISO_8859_1);
    if (octets.length < 127) {
      block.write(octets.length);
    } else {
      block.write(127);
      var rest = octets.length - 127;
      for (; rest >= 128; rest >>>= 7) {
        block.write(rest & 127 | 128);
      }
      block.write(rest);
    }
    block.writeBytes(octets);
  }

  public Http2Wire data(int stream, boolean ends, byte... payload) {
    return frame(Http2FrameTypes.DATA, ends ? END_STREAM : 0, stream, payload);
  }

  /** Sends so many bytes as fast as the gateway takes them, or until it answers. */
  public Http2Wire upload(int stream, boolean ends, int bytes) {
    var left = bytes;
    while (left > 0) {
      var size = Math.min(Math.min(left, FRAME_SIZE), Math.min(window(0), window(stream)));
      if (size > 0) {
        left -= size;
        data(stream, ends && left == 0, new byte[size]).flush();
        windows.merge(0, -size, Integer::sum);
        windows.merge(stream, -size, Integer::sum);
        continue;
      }
      var frame = read();
      if (frame.isEmpty()) {
        return this;
      }
      if (frame.get().type() != Http2FrameTypes.WINDOW_UPDATE) {
        unread.add(frame.get());
      }
      if (frame.get().type() == Http2FrameTypes.HEADERS
          || frame.get().type() == Http2FrameTypes.RST_STREAM) {
        return this;
      }
    }
    return this;
  }

  /** This end's, by which the gateway knows the connection. */
  public int port() {
    return socket.getLocalPort();
  }

  private int window(int stream) {
    return windows.computeIfAbsent(stream, _ -> Http2CodecUtil.DEFAULT_WINDOW_SIZE);
  }

  /** The next frame; empty once the gateway has closed the connection. */
  public Optional<Frame> next() {
    return unread.isEmpty() ? read() : Optional.of(unread.remove());
  }

  private Optional<Frame> read() {
    try {
      var lengthAndType = in.readInt();
      var flags = in.readUnsignedByte();
      var stream = in.readInt();
      var payload = new byte[lengthAndType >>> 8];
      in.readFully(payload);
      var type = lengthAndType & 0xff;
      var frame =
          new Frame(
              type,
              flags,
              stream,
              ByteBuffer.wrap(payload),
              type == Http2FrameTypes.HEADERS ? decoded(stream, payload) : Map.of());
      if (frame.type() == Http2FrameTypes.WINDOW_UPDATE) {
        windows.put(stream, window(stream) + frame.payload().getInt(0));
      }
      return Optional.of(frame);
    } catch (EOFException | SocketException closed) {
      return Optional.empty();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The next frame of this type, whatever comes before it. */
  public Frame next(int type) {
    while (true) {
      var frame = next().orElseThrow(() -> new IllegalStateException("closed before it came"));
      if (frame.type() == type) {
        return frame;
      }
    }
  }

  /** Reads to the end of the connection. */
  public List<Frame> rest() {
    var all = new ArrayList<Frame>();
    for (var frame = next(); frame.isPresent(); frame = next()) {
      all.add(frame.get());
    }
    return all;
  }

  /** With what code the gateway says goodbye, before it closes the connection. */
  public Http2Error goodbye() {
    return rest().stream()
        .filter(frame -> frame.type() == Http2FrameTypes.GO_AWAY)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("closed without a GOAWAY"))
        .goAwayCode();
  }

  /** All of a stream's answer; what comes for others is lost, and windows stay open. */
  public Answer answer(int stream) {
    var status = 0;
    var headers = new LinkedHashMap<String, String>();
    var trailers = new LinkedHashMap<String, String>();
    var body = new ByteArrayOutputStream();
    while (true) {
      var frame = next().orElseThrow(() -> new IllegalStateException("closed inside an answer"));
      if (frame.type() == Http2FrameTypes.HEADERS) {
        var lines = frame.head();
        if (frame.stream() == stream) {
          status = status == 0 ? Integer.parseInt(lines.remove(":status")) : status;
          (headers.isEmpty() ? headers : trailers).putAll(lines);
        }
      }
      if (frame.stream() == stream) {
        if (frame.type() == Http2FrameTypes.DATA) {
          body.writeBytes(frame.payload().array());
          opened(stream, frame.payload().remaining());
        }
        var reset = frame.type() == Http2FrameTypes.RST_STREAM;
        if (reset || frame.endsStream()) {
          return new Answer(
              status,
              headers,
              body.toString(StandardCharsets.UTF_8),
              trailers,
              reset ? Optional.of(frame.resetCode()) : Optional.empty());
        }
      }
    }
  }

  private void opened(int stream, int bytes) {
    if (bytes > 0) {
      window(0, bytes).window(stream, bytes).flush();
    }
  }

  public Http2Wire window(int stream, int bytes) {
    return frame(
        Http2FrameTypes.WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
  }

  public Http2Wire reset(int stream) {
    return frame(
        Http2FrameTypes.RST_STREAM,
        0,
        stream,
        ByteBuffer.allocate(4).putInt((int) Http2Error.CANCEL.code()).array());
  }

  /** Every head must pass here, in order: each may change what the next one means. */
  private Map<String, String> decoded(int stream, byte[] block) {
    var lines = new LinkedHashMap<String, String>();
    try {
      heads
          .decodeHeaders(stream, Unpooled.wrappedBuffer(block))
          .forEach(
              line ->
                  lines.merge(
                      line.getKey().toString(),
                      line.getValue().toString(),
                      (first, second) -> first + ", " + second));
    } catch (Http2Exception broken) {
      throw new IllegalStateException(broken);
    }
    return lines;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException closed) {
      // It is closed one way or the other.
    }
  }
}
