package io.gatehouse.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.gatehouse.defaults.SigningKeys;
import io.gatehouse.defaults.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway on a real port, with WireMock for the services that its answers are made of. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "eureka.client.enabled=false",
      "gatehouse.demo=true",
      "gatehouse.gateway-secret=gateway-secret",
      "gatehouse.https.port=0",
      "gatehouse.compositions.failing.path=/api/me/failing",
      "gatehouse.compositions.failing.deadline=400ms",
      "gatehouse.compositions.failing.parts.user.service=user-service",
      "gatehouse.compositions.failing.parts.user.path=/api/users/me",
      "gatehouse.compositions.failing.parts.user.timeout=10s",
      "gatehouse.compositions.failing.parts.friend.service=user-service",
      "gatehouse.compositions.failing.parts.friend.path=/api/users/{user.id}"
    })
@Import(ComposingGateway.Issuer.class)
public abstract class ComposingGateway {
  protected static final WireMockServer USERS = started();
  protected static final WireMockServer ORDERS = started();
  protected static final TestTokens TOKENS = new TestTokens();
  protected static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  protected final String subject = UUID.randomUUID().toString();

  @LocalServerPort protected int port;

  @TestConfiguration(proxyBeanMethods = false)
  static class Issuer {
    @Bean
    @Primary
    SigningKeys testKeys() {
      return TOKENS.signingKeys();
    }
  }

  @DynamicPropertySource
  static void services(DynamicPropertyRegistry properties) {
    var prefix = "spring.cloud.discovery.client.simple.instances.";
    properties.add(prefix + "user-service[0].uri", USERS::baseUrl);
    properties.add(prefix + "order-service[0].uri", ORDERS::baseUrl);
  }

  @BeforeEach
  void forget() {
    USERS.resetAll();
    ORDERS.resetAll();
  }

  protected HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(15));
  }

  protected HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  protected HttpResponse<String> get(String path, String token)
      throws IOException, InterruptedException {
    return send(to(path).header("Authorization", "Bearer " + token));
  }

  protected static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  protected static ResponseDefinitionBuilder ok(String json) {
    return aResponse().withHeader("Content-Type", "application/json").withBody(json);
  }

  protected static ResponseDefinitionBuilder refusal(int status, String code) {
    return ok("{\"error\":{\"code\":\"%s\",\"message\":\"no\",\"details\":[],\"requestId\":\"r\"}}"
            .formatted(code))
        .withStatus(status);
  }

  private static WireMockServer started() {
    var server = new WireMockServer(options().dynamicPort());
    server.start();
    return server;
  }
}
