package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.tokens.SigningKeys;
import io.gatehouse.gateway.edge.HttpsPort;
import io.gatehouse.gateway.tokens.RevocationsLoaded;
import io.gatehouse.gateway.upstreams.UpstreamsForTests;
import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestRedis;
import io.gatehouse.testing.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Mono;

/** One running gateway for all tests that extend this, on a free port, with stub services. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "eureka.client.enabled=false",
      "management.server.port=0",
      "gatehouse.gateway-secret=gateway-secret",
      "gatehouse.cors-origins=https://shop.example.com",
      "gatehouse.edge.head-timeout=1s",
      "gatehouse.edge.body-timeout=2s",
      // On a busy machine a first call takes its time.
      "gatehouse.guards.deadline=30s",
      "gatehouse.guards.refresh=20ms",
      "gatehouse.guards.probe=1h",
      "gatehouse.breaker.recovery=1s",
      "gatehouse.https.port=0",
      "gatehouse.drain=0s",
      "spring.lifecycle.timeout-per-shutdown-phase=1s",
      "gatehouse.limits.anonymous.rate=1000",
      "gatehouse.limits.anonymous.burst=100000",
      "gatehouse.limits.login.rate=1",
      "gatehouse.limits.login.burst=4",
      "gatehouse.demo=true",
      "gatehouse.graphql.schema=classpath*:graphql/*.graphqls,classpath*:graphql-added/*.graphqls",
      "gatehouse.docs.services=user-documents,order-documents",
      "gatehouse.compositions.failing.path=/api/me/failing",
      "gatehouse.compositions.failing.deadline=400ms",
      "gatehouse.compositions.failing.parts.user.service=user-service",
      "gatehouse.compositions.failing.parts.user.path=/api/users/me",
      "gatehouse.compositions.failing.parts.user.timeout=10s",
      "gatehouse.compositions.failing.parts.friend.service=user-service",
      "gatehouse.compositions.failing.parts.friend.path=/api/users/{user.id}",
      // It sees the gRPC client of a test on the class path and asks for another one.
      "spring.cloud.gateway.server.webflux.filter.json-to-grpc.enabled=false",
      "logging.level.access=warn",
      "logging.level.security=warn"
    })
@Import({GatewayFixture.Stubs.class, HttpsPort.class})
public abstract class GatewayFixture {
  protected static final TestTokens TOKENS = new TestTokens();
  protected static final StubService USERS = new StubService();
  protected static final StubService ORDERS = new StubService();
  protected static final StubService AUTH = new StubService();

  /** The way from the gateway to {@link #AUTH}. */
  protected static final TcpProxy TO_AUTH = new TcpProxy(AUTH.port());

  protected static final TestRedis REDIS = TestRedis.started();
  protected static final AtomicReference<String> REVOKED = new AtomicReference<>("");
  protected static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** By which version of HTTP this test asks. */
  @Parameter Wire wire = Wire.HTTP_1_1;

  @LocalServerPort protected int port;
  @LocalManagementPort protected int managementPort;
  @Autowired protected HttpsPort https;
  @Autowired protected TestRegistry registry;
  @Autowired private RevocationsLoaded revocations;
  @Autowired protected UpstreamsForTests upstreams;

  @DynamicPropertySource
  static void properties(DynamicPropertyRegistry properties) {
    properties.add("gatehouse.redis.port", REDIS::port);
    properties.add(
        "spring.cloud.discovery.client.simple.instances.auth-server[0].uri",
        () -> "http://127.0.0.1:" + TO_AUTH.port());
  }

  @BeforeEach
  void calm() {
    USERS.reset();
    ORDERS.reset();
    AUTH.reset();
    AUTH.answering(
        (request, response) ->
            request.uri().startsWith("/internal/revocations")
                ? response
                    .header("content-type", "application/json")
                    .sendString(Mono.just(revocations()))
                : response.sendString(Mono.just("auth")));
    registry.put("user-service", USERS.port());
    registry.put("order-service", ORDERS.port());
    upstreams.forget();
    // Usually they are: every test would wait for the first poll.
    await().pollDelay(Duration.ZERO).until(revocations::loaded);
  }

  @AfterAll
  static void nothingLeaked() {
    assertThat(Leaks.found()).isEmpty();
  }

  /** What the auth-server's stand-in tells the gateway. */
  protected static String revocations() {
    return "{\"asOf\":\"%s\",\"entries\":[%s]}".formatted(Instant.now(), REVOKED.get());
  }

  protected URI uri(String path) {
    return URI.create(wire.at(this) + path);
  }

  protected HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
  }

  protected HttpRequest.Builder request(String path, String token) {
    return request(path).header("Authorization", "Bearer " + token);
  }

  protected HttpResponse<String> get(String path, String token) {
    return send(request(path, token));
  }

  protected HttpResponse<String> get(String path) {
    return send(request(path));
  }

  protected static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      var ready = request.build();
      return client(ready).send(ready, BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** Over TLS it insists on HTTP/2. */
  protected static HttpClient client(HttpRequest request) {
    return request.uri().getScheme().equals("https") ? Wire.HTTP_2_CLIENT : CLIENT;
  }

  /** Sends these bytes as they are and gives all that comes back until the gateway closes. */
  protected String raw(String bytes) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Stand-ins for what the platform around the gateway would give. */
  @TestConfiguration(proxyBeanMethods = false)
  static class Stubs {
    @Bean
    SigningKeys signingKeys() {
      var keys = new SigningKeys(Mono.just(TOKENS.jwks()), Clock.systemUTC());
      keys.refresh().block();
      return keys;
    }

    @Bean
    TestRegistry testRegistry() {
      return new TestRegistry();
    }

    @Bean
    UpstreamsForTests upstreamsForTests(io.gatehouse.gateway.upstreams.Upstreams upstreams) {
      return new UpstreamsForTests(upstreams);
    }
  }

  /**
   * Of two instances one hangs up: what is idempotent is answered by the other one, what is not by
   * none.
   *
   * @param request one that leads to this service, without method and body
   */
  protected void assertRepeatedOnlyWhenIdempotent(
      String service, StubService well, Supplier<HttpRequest.Builder> request) {
    try (var dying = new StubService()) {
      dying.answering(StubService::hangUp);
      registry.put(service, well.port(), dying.port());
      upstreams.forget();

      for (var i = 0; i < 20; i++) {
        assertThat(send(request.get()).statusCode()).isEqualTo(200);
      }
      assertThat(dying.received()).isNotEmpty();
      dying.received().clear();
      upstreams.forget();
      await()
          .untilAsserted(
              () -> {
                var lost = send(request.get().POST(BodyPublishers.noBody()));
                assertThat(lost.statusCode()).isEqualTo(502);
                assertThat(lost.body()).contains("\"code\":\"BAD_GATEWAY\"");
              });
      // One was enough: the instance is left alone then. What it got, nobody else did.
      assertThat(dying.received()).hasSize(1);
    }
  }
}
