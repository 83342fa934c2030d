package io.gatehouse.orders;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gatehouse.testing.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.node.ObjectNode;

/** Stands in for auth-server and user-service: keys, a token, and the feed of users. */
final class Neighbours implements AutoCloseable {
  private static final String UNKNOWN =
      """
      {"error":{"code":"RESUME_POINT_UNKNOWN","message":"","details":[],"requestId":"r"}}
      """;

  private final HttpServer server;
  private final TestTokens tokens;
  private final List<String> feed = new CopyOnWriteArrayList<>();
  private final List<String> positions = new CopyOnWriteArrayList<>();
  private volatile int timeline = 1;

  Neighbours(TestTokens tokens) {
    this.tokens = tokens;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.createContext("/oauth2/jwks", exchange -> answer(exchange, tokens.jwks()));
    server.createContext("/oauth2/token", this::token);
    server.createContext("/feed", this::feed);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** Where the signing keys are. */
  String keys() {
    return "http://localhost:" + server.getAddress().getPort() + "/oauth2/jwks";
  }

  /** How a service under test finds these instead of asking the registry. */
  Map<String, String> environment() {
    var uri = "http://localhost:" + server.getAddress().getPort();
    var instances = "spring.cloud.discovery.client.simple.instances.";
    return Map.of(instances + "auth-server[0].uri", uri, instances + "user-service[0].uri", uri);
  }

  /**
   * Publishes one more event of user-service, in the form of its golden file; gives its position.
   */
  synchronized String publish(String type, String userId) {
    var position = "7." + (feed.size() + 1) + (timeline == 1 ? "" : "-" + timeline);
    positions.add(position);
    var event = (ObjectNode) Api.JSON.readTree(golden(type));
    event.put("position", position).put("type", type).put("userId", userId);
    feed.add(event.toString());
    return position;
  }

  /** A standby was promoted that never had the last event. */
  synchronized void loseLast() {
    feed.removeLast();
    positions.removeLast();
    timeline++;
  }

  /** Unknown types have the form of a change. */
  private static String golden(String type) {
    var name =
        switch (type) {
          case "UserRegistered" -> "user-registered";
          case "UserDeleted" -> "user-deleted";
          case "PasswordChanged" -> "password-changed";
          default -> "user-changed";
        };
    try {
      return Files.readString(Path.of("../user-service/src/test/resources/golden", name + ".json"));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  private void token(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":900,\"scope\":\"internal\"}"
            .formatted(tokens.service("order-service")));
  }

  private void feed(HttpExchange exchange) throws IOException {
    var query = exchange.getRequestURI().getQuery();
    var after = query.indexOf("after=") < 0 ? "" : query.substring(query.indexOf("after=") + 6);
    var from = positions.indexOf(after) + 1;
    if (from == 0 && !after.isEmpty()) {
      answer(exchange, 409, UNKNOWN);
      return;
    }
    var items = feed.subList(from, feed.size());
    answer(
        exchange,
        200,
        "{\"items\":[%s],\"next\":\"%s\"}"
            .formatted(String.join(",", items), positions.isEmpty() ? "0.0" : positions.getLast()));
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    answer(exchange, 200, json);
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    var body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
