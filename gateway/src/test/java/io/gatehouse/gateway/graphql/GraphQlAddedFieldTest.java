package io.gatehouse.gateway.graphql;

import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.gatehouse.gateway.ComposingGateway;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A schema file is all it takes to add fields: see {@code graphql-added/changes.graphqls}. */
class GraphQlAddedFieldTest extends ComposingGateway {

  @Test
  void field_isThere_byItsSchemaFileAlone() {
    var id = UUID.randomUUID().toString();
    var path = "/api/orders/" + id;
    ORDER_SERVICE.stubFor(WireMock.get(path).willReturn(ok("{\"id\":\"%s\"}".formatted(id))));
    ORDER_SERVICE.stubFor(
        WireMock.get(path + "/diff?from=1&to=3")
            .willReturn(
                ok(
                    "{\"from\":1,\"to\":3,\"changes\":[{\"path\":\"status\",\"before\":\"PLACED\",\"after\":\"PAID\"}]}")));
    ORDER_SERVICE.stubFor(
        WireMock.get(path + "/verification").willReturn(refusal(403, "FORBIDDEN")));
    var query =
        "query($id: ID!) { order(id: $id) {"
            + " changes(from: 1, to: 3) { path before after } verification { valid } } }";

    var response =
        send(
            request("/graphql", TOKENS.user(subject))
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        JSON.writeValueAsString(
                            Map.of("query", query, "variables", Map.of("id", id))))));

    assertThat(json(response).at("/data/order/changes/0").toString())
        .isEqualTo("{\"path\":\"status\",\"before\":\"PLACED\",\"after\":\"PAID\"}");
    assertThat(json(response).at("/data/order/verification").isNull()).isTrue();
    assertThat(json(response).at("/errors/0/extensions/code").asString()).isEqualTo("FORBIDDEN");
    ORDER_SERVICE.verify(1, getRequestedFor(urlEqualTo(path)));
  }
}
