import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The image's health check: exit code 0 while the service says it is ready. A bare socket, because
 * it runs every few seconds and an HTTP client would cost more than the answer.
 */
final class Health {
  private static final int TIMEOUT_MILLIS = 2_000;

  private Health() {}

  public static void main(String[] args) {
    var port = Integer.parseInt(System.getenv("MANAGEMENT_SERVER_PORT"));
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket
          .getOutputStream()
          .write(
              "GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      var status =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      System.exit(status != null && status.startsWith("HTTP/1.1 200") ? 0 : 1);
    } catch (IOException notReady) {
      System.exit(1);
    }
  }
}
