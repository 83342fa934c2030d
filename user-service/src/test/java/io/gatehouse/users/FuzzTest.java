package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalManagementPort;
import tools.jackson.databind.JsonNode;

/**
 * Generated requests through the real ports: over the calls of the API document, the internal ones
 * and the management port, with odd headers, parameters and bodies. Whatever is sent, nothing is
 * our fault, every status is one that the document has for that call, and every error has its body.
 */
class FuzzTest extends RunningService {
  private static final int REQUESTS = 700;

  /** Of HTTP rather than of one call. */
  private static final Set<Integer> ANYWHERE = Set.of(405, 414, 431);

  private static final List<String> INTERNAL =
      List.of(
          "GET /internal/revocations",
          "GET /internal/users/{id}",
          "POST /internal/credentials/verification",
          "GET /feed",
          "GET /nothing/here",
          "GET /openapi.json");
  private static final List<String> MANAGEMENT =
      List.of(
          "GET /actuator/health",
          "GET /actuator/health/readiness",
          "GET /actuator/prometheus",
          "GET /actuator/info",
          "POST /actuator/health",
          "GET /actuator/env");

  @LocalManagementPort int managementPort;

  private record Exchange(String sent, int status, String body) {
    @Override
    public String toString() {
      return sent + " -> " + status + " " + body;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anything_getsAnAnswerThatTheDocumentKnows(long seed) {
    var random = new Random(seed);
    var documented = documented();
    var calls = new ArrayList<>(documented.keySet());
    calls.addAll(INTERNAL);
    var known = signedUp();
    var tokens = tokens(known);
    var wrong = new LinkedHashMap<String, String>();

    for (var i = 0; i < REQUESTS; i++) {
      var call = FuzzWords.pick(random, calls);
      var exchange = send(port, FuzzWords.request(random, call, known, tokens), call);
      var as = exchange.sent().startsWith("HEAD ") ? call.replaceFirst("^[A-Z]+", "GET") : call;
      var fault = fault(exchange, documented.get(as));
      if (fault != null) {
        wrong.putIfAbsent(call + ": " + fault, exchange.toString());
      }
    }

    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void anything_isNoFaultOfOurs_onTheManagementPort(long seed) {
    var random = new Random(seed);
    var tokens = List.of("", "not.a.token");

    for (var i = 0; i < REQUESTS / 2; i++) {
      var call = FuzzWords.pick(random, MANAGEMENT);
      var request = FuzzWords.request(random, call, UUID.randomUUID().toString(), tokens);

      var exchange = send(managementPort, request, call);

      assertThat(exchange.status()).as(exchange.toString()).isBetween(200, 499);
    }
  }

  private List<String> tokens(String user) {
    return List.of(
        "",
        TOKENS.user(user),
        TOKENS.user(UUID.randomUUID().toString()),
        TOKENS.admin(UUID.randomUUID().toString()),
        TOKENS.service("auth-server"),
        "not.a.token",
        "\u00e9");
  }

  /** The statuses of each call, by method and path. */
  private Map<String, Set<Integer>> documented() {
    var calls = new LinkedHashMap<String, Set<Integer>>();
    var paths = anyone().get("/openapi.json").is(200).json().at("/paths");
    for (var path : paths.properties()) {
      for (var method : List.of("get", "put", "post", "delete")) {
        var operation = path.getValue().get(method);
        if (operation != null) {
          calls.put(method.toUpperCase(Locale.ROOT) + " " + path.getKey(), statuses(operation));
        }
      }
    }
    assertThat(calls).hasSizeGreaterThan(5);
    return calls;
  }

  private static Set<Integer> statuses(JsonNode operation) {
    return operation.get("responses").propertyNames().stream()
        .map(Integer::valueOf)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String fault(Exchange exchange, Set<Integer> documented) {
    var status = exchange.status();
    if (status >= 500) {
      return "is our fault: " + status;
    }
    if (documented != null && !documented.contains(status) && !ANYWHERE.contains(status)) {
      return "has no status " + status;
    }
    var isError = status >= 400 && !exchange.sent().startsWith("HEAD");
    if (isError && !exchange.body().matches("(?s)\\{\"error\":\\{\"code\":\"[A-Z_]+\",.*")) {
      return "has no error body with " + status;
    }
    return null;
  }

  /** On a connection that stays open: closed with a body unread, it would lose the answer. */
  private static Exchange send(int port, String request, String call) {
    try (var socket = new Socket("localhost", port)) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      var in = socket.getInputStream();
      var head = head(in);
      if (head.startsWith("http/1.1 100 ")) {
        head = head(in);
      }
      var status = Integer.parseInt(head.split(" ", 3)[1]);
      var hasBody = !request.startsWith("HEAD") && status != 304 && status != 204;
      return new Exchange(request, status, hasBody ? body(in, head) : "");
    } catch (IOException failed) {
      throw new IllegalStateException(call + ": " + request, failed);
    }
  }

  /** In lower case. */
  private static String head(InputStream in) throws IOException {
    return until(in, "\r\n\r\n").toLowerCase(Locale.ROOT);
  }

  private static String body(InputStream in, String head) throws IOException {
    var length = head.replaceFirst("(?s).*content-length: (\\d+).*", "$1");
    return length.equals(head)
        ? until(in, "0\r\n\r\n")
        : new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
  }

  private static String until(InputStream in, String end) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
      var next = in.read();
      if (next < 0) {
        throw new EOFException("after " + text);
      }
      text.append((char) next);
    }
    return text.toString();
  }
}
