package io.gatehouse.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * The console's page and files on another origin, where nothing else is: copied, changed and served
 * as docs/console.md says for a CDN.
 */
final class ConsoleCopy implements AutoCloseable {
  /** Of another site than the platform's, and known before the platform starts. */
  static final String ORIGIN = "http://127.0.0.1";

  private static final Pattern LINKED = Pattern.compile("(?:href|src)=\"(assets/[^\"]+)\"");
  private static final List<String> SENT =
      List.of(
          "Content-Type",
          "Content-Security-Policy",
          "Cross-Origin-Opener-Policy",
          "Permissions-Policy",
          "Referrer-Policy",
          "X-Content-Type-Options");

  private final Map<String, HttpResponse<byte[]>> files = new ConcurrentHashMap<>();
  private final URI platform;
  private final String client;
  private final HttpServer server;

  /**
   * Copies them from a running platform.
   *
   * @param client the id of the client that is registered for this origin
   */
  ConsoleCopy(URI platform, String client) {
    this.platform = platform;
    this.client = client;
    try (var http = HttpClient.newHttpClient()) {
      files.put("/", fetch(http, platform + "/console/"));
      for (var file : LINKED.matcher(page()).results().map(found -> found.group(1)).toList()) {
        files.put("/" + file, fetch(http, platform + "/console/" + file));
      }
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  private static HttpResponse<byte[]> fetch(HttpClient http, String url)
      throws IOException, InterruptedException {
    var answer =
        http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(url).isEqualTo(200);
    return answer;
  }

  private String page() {
    return new String(files.get("/").body(), UTF_8);
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** What a client of this origin is registered as. */
  static Map<String, Object> registration() {
    var scopes = List.of("openid", "users.read", "users.write", "orders.read", "orders.write");
    return Map.of(
        "name",
        "Console on a CDN",
        "public",
        true,
        "grants",
        List.of("authorization_code", "refresh_token"),
        "redirectUris",
        List.of(ORIGIN + "/"),
        "postLogoutRedirectUris",
        List.of(ORIGIN + "/"),
        "scopes",
        scopes);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var file = files.get(path);
      if (file == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      var headers = new HashMap<String, String>();
      SENT.forEach(name -> file.headers().firstValue(name).ifPresent(it -> headers.put(name, it)));
      headers.computeIfPresent(
          "Content-Security-Policy",
          (_, policy) -> policy.replace("connect-src 'self'", "connect-src " + platform));
      headers.forEach(exchange.getResponseHeaders()::set);
      var body =
          path.equals("/")
              ? page()
                  .replace("data-client=\"console\"", "data-client=\"" + client + '"')
                  .getBytes(UTF_8)
              : file.body();
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
