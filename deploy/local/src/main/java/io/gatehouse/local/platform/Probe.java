package io.gatehouse.local.platform;

import io.gatehouse.local.journey.Http;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One look at an HTTP endpoint on this machine.
 *
 * @param status 0 when nobody answered
 */
public record Probe(int status, String body) {
  private static final Probe NOBODY = new Probe(0, "");
  private static final String HEALTH = "/health";

  public boolean ok() {
    return status == 200;
  }

  public static Probe of(int port, String path) {
    return of(port, path, null);
  }

  /**
   * What the gateway says of itself. Where its public URL is https it sends plain HTTP there and
   * says nothing more, so it is asked over HTTPS.
   *
   * @param port the gateway's for plain HTTP
   */
  static Probe ofHealth(Settings settings, int port) {
    return "https".equals(settings.publicUrl().getScheme())
        ? overHttps(settings.httpsPort(), HEALTH)
        : of(port, HEALTH);
  }

  /** Whatever the certificate: nobody stands in between. */
  private static Probe overHttps(int port, String path) {
    var uri = URI.create("https://127.0.0.1:" + port + path);
    var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
    try (var client = Http.clientFor(uri).build()) {
      var answer = client.send(request, BodyHandlers.ofString());
      return new Probe(answer.statusCode(), answer.body());
    } catch (IOException nobody) {
      return NOBODY;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return NOBODY;
    }
  }

  /** With HTTP Basic credentials ({@code user:password}) unless they are null. */
  static Probe of(int port, String path, @Nullable String credentials) {
    try {
      var uri = URI.create("http://127.0.0.1:" + port + path);
      var connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(2000);
      connection.setRequestProperty("Accept", "application/json, text/plain;q=0.9, */*;q=0.1");
      if (credentials != null) {
        var encoded =
            Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        connection.setRequestProperty("Authorization", "Basic " + encoded);
      }
      var status = connection.getResponseCode();
      try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        var body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Probe(status, body);
      }
    } catch (IOException nobody) {
      return NOBODY;
    }
  }
}
