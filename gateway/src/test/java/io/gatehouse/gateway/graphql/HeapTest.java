package io.gatehouse.gateway.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.GatewayProcess;
import io.gatehouse.gateway.StubService;
import io.gatehouse.testing.TestRedis;
import io.gatehouse.testing.TestTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** No query ends the gateway: a process with the heap as shipped, and services that answer big. */
class HeapTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TestTokens TOKENS = new TestTokens();
  private static final StubService USERS = new StubService();
  private static final StubService ORDERS = new StubService();
  private static final StubService AUTH = new StubService();
  private static final TestRedis REDIS = TestRedis.started();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String FULL =
      "orders(limit: 100) { items { id items { sku name quantity unitPrice } } }";
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws IOException {
    USERS.answering(
        (_, response) ->
            response
                .header("content-type", "application/json")
                .sendString(Mono.just("{\"id\":\"u\"}")));
    var page = ordersOf100Items(100);
    ORDERS.answering(
        (_, response) ->
            response.header("content-type", "application/json").sendString(Mono.just(page)));
    AUTH.answering(
        (request, response) ->
            response
                .header("content-type", "application/json")
                .sendString(
                    Mono.just(
                        request.uri().startsWith("/internal/revocations")
                            ? "{\"asOf\":\"%s\",\"entries\":[]}".formatted(Instant.now())
                            : TOKENS.jwks())));
    var settings = new HashMap<String, String>();
    settings.put("eureka.client.enabled", "false");
    settings.put("gatehouse.gateway-secret", "gateway-secret");
    settings.put("gatehouse.https.port", "-1");
    settings.put("gatehouse.demo", "true");
    settings.put("gatehouse.redis.port", String.valueOf(REDIS.port()));
    settings.put("gatehouse.limits.user.rate", "100000");
    settings.put("gatehouse.limits.user.burst", "100000");
    var services = Map.of("user-service", USERS, "order-service", ORDERS, "auth-server", AUTH);
    services.forEach(
        (name, stub) ->
            settings.put(
                "spring.cloud.discovery.client.simple.instances." + name + "[0].uri", stub.uri()));
    gateway = GatewayProcess.start(settings);
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    List.of(USERS, ORDERS, AUTH).forEach(StubService::close);
    REDIS.close();
  }

  @AfterEach
  void gatewayServesOn() throws Exception {
    assertThat(gateway.isAlive()).as("%s", gateway.log()).isTrue();
    assertThat(gateway.log()).doesNotContain("OutOfMemory", "OutOfDirectMemory");
    assertThat(query("{ me { id } }", TOKENS.user("calm")).get().body())
        .isEqualTo("{\"data\":{\"me\":{\"id\":\"u\"}}}");
  }

  @Test
  void ordersOfManyAliases_areRefusedForTheirCost() throws Exception {
    for (var count : List.of(28, 29)) {
      var answer = query(aliases(count), TOKENS.user("aliases")).get();

      assertThat(answer.body()).contains("\"query.cost\"").doesNotContain("\"data\"");
    }
  }

  @Test
  void answersAsLargeAsTheyGet_leaveTheGatewayAlive_whoeverAsksAtOnce() throws Exception {
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (var i = 0; i < 120; i++) {
      answers.add(query(aliases(1 + i % 4), TOKENS.user("caller-" + i % 12)));
    }

    var statuses = new ArrayList<Integer>();
    for (var answer : answers) {
      statuses.add(answer.get().statusCode());
    }

    assertThat(statuses).hasSize(120).isSubsetOf(200, 429, 503).contains(200);
  }

  @Test
  void answersThatNobodyReads_leaveTheGatewayAlive() throws Exception {
    var sockets = new ArrayList<Socket>();
    try {
      for (var i = 0; i < 60; i++) {
        sockets.add(unread(aliases(1), TOKENS.user("silent-" + i % 6)));
      }
      for (var i = 0; i < 10; i++) {
        assertThat(query("{ me { id } }", TOKENS.user("other-" + i)).get().statusCode())
            .isEqualTo(200);
      }
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void queriesThatAreRemembered_leaveTheGatewayAlive() throws Exception {
    var token = TOKENS.user("rememberer");
    for (var i = 0; i < 900; i++) {
      var query = largestQuery(i);
      var answer = query(query, token).get();
      assertThat(answer.body()).as(query).startsWith("{\"data\"");
    }
  }

  @Test
  void introspections_leaveTheGatewayAlive_howeverManyAreAskedAtOnce() throws Exception {
    var answers =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    query(
                        "{ __schema { types { name fields { name args { name type { name } } type { name } } } } }",
                        TOKENS.user("curious-" + i % 10)))
            .toList();

    for (var answer : answers) {
      assertThat(answer.get().statusCode()).isEqualTo(200);
    }
  }

  private static String aliases(int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> "a" + n + ": " + FULL)
        .collect(Collectors.joining(" ", "{", "}"));
  }

  /** As many fields as a query may have: one more of them in each. */
  private static String largestQuery(int number) {
    var fields = "id name email version createdAt updatedAt roles ".repeat(8);
    var users =
        IntStream.range(0, 17)
            .mapToObj(n -> "u" + number + "x" + n + ": me { " + fields + "}")
            .collect(Collectors.joining(" "));
    return "query q" + number + " { " + users + " }";
  }

  private static CompletableFuture<HttpResponse<String>> query(String query, String token) {
    return CLIENT.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/graphql"))
            .timeout(Duration.ofMinutes(1))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("query", query))))
            .build(),
        BodyHandlers.ofString());
  }

  private static Socket unread(String query, String token) throws IOException {
    var body = JSON.writeValueAsString(Map.of("query", query));
    var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    socket.setReceiveBufferSize(1024);
    socket
        .getOutputStream()
        .write(
            ("POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + token
                    + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String ordersOf100Items(int orders) {
    var item =
        "{\"sku\":\"TEA-1234567890\",\"name\":\"Assam, second flush, loose leaf, 250 g\",\"quantity\":12,\"unitPrice\":1250}";
    var items = String.join(",", IntStream.range(0, 100).mapToObj(_ -> item).toList());
    return IntStream.range(0, orders)
        .mapToObj(n -> "{\"id\":\"o%d\",\"customerId\":\"u\",\"items\":[%s]}".formatted(n, items))
        .collect(Collectors.joining(",", "{\"items\":[", "],\"next\":null}"));
  }
}
