package io.gatehouse.local.platform;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One look at an HTTP endpoint on this machine.
 *
 * @param status 0 when nobody answered
 */
public record Probe(int status, String body) {

  public boolean ok() {
    return status == 200;
  }

  public static Probe of(int port, String path) {
    return of(port, path, null);
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
      return new Probe(0, "");
    }
  }
}
