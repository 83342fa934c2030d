package io.gatehouse.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The running gateway with WireMock for the services that its own answers are made of. */
public abstract class ComposingGateway extends GatewayFixture {
  protected static final WireMockServer USER_SERVICE = started();
  protected static final WireMockServer ORDER_SERVICE = started();
  protected static final JsonMapper JSON = JsonMapper.builder().build();

  protected final String subject = UUID.randomUUID().toString();

  @BeforeEach
  void mockServices() {
    USER_SERVICE.resetAll();
    ORDER_SERVICE.resetAll();
    registry.put("user-service", USER_SERVICE.port());
    registry.put("order-service", ORDER_SERVICE.port());
    registry.put("user-documents", USER_SERVICE.port());
    registry.put("order-documents", ORDER_SERVICE.port());
    upstreams.forget();
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
