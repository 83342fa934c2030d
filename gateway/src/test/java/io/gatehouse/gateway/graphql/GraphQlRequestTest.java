package io.gatehouse.gateway.graphql;

import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GraphQL over HTTP: which requests are taken, and how the others are refused. */
class GraphQlRequestTest extends GraphQlGateway {
  @ParameterizedTest
  @ValueSource(strings = {"stream", "me", "..", "", "1/../2", "%2e"})
  void id_cannotBecomeAnotherPath(String id) throws Exception {
    var response =
        query("query($id: ID!) { order(id: $id) { id } }", Map.of("id", id), TOKENS.user(subject));

    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("MALFORMED_REQUEST");
    ORDER_SERVICE.verify(0, getRequestedFor(urlMatching("/api/.*")));
  }

  @Test
  void request_needsAToken() throws Exception {
    var response =
        send(
            request("/graphql")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"query\":\"{ me { id } }\"}")));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(json(response).at("/error/code").asString()).isEqualTo("UNAUTHENTICATED");
    assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
  }

  @Test
  void query_mayBeSentByGet() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok(user(subject))));

    var response = get("/graphql?query=" + encoded("query A { me { id } }"), TOKENS.user(subject));

    assertThat(json(response).at("/data/me/id").asString()).isEqualTo(subject);
  }

  @Test
  void mutation_isRefused_byGet() throws Exception {
    var mutation = "mutation { cancelOrder(id: \"%s\", reason: \"x\") { id } }".formatted(other);

    var response = get("/graphql?query=" + encoded(mutation), TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("METHOD_NOT_ALLOWED");
    ORDER_SERVICE.verify(0, postRequestedFor(urlMatching("/api/.*")));
  }

  @Test
  void head_isAnsweredAsGet_withoutABody() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok(user(subject))));

    var answer = head("query A { me { id } }");
    var change =
        head("mutation { cancelOrder(id: \"%s\", reason: \"x\") { id } }".formatted(other));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).isPresent();
    assertThat(answer.body()).isEmpty();
    assertThat(change.statusCode()).isEqualTo(405);
    ORDER_SERVICE.verify(0, postRequestedFor(urlMatching("/api/.*")));
  }

  private HttpResponse<String> head(String query) throws Exception {
    return send(
        request("/graphql?query=" + encoded(query))
            .header("Authorization", "Bearer " + TOKENS.user(subject))
            .HEAD());
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded"})
  void post_isRefused_whenAnotherSitesPageCouldSendIt(String type) throws Exception {
    var response =
        send(
            request("/graphql")
                .header("Authorization", "Bearer " + TOKENS.user(subject))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{\"query\":\"{ me { id } }\"}")));

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void batch_isRefused() throws Exception {
    var response = post("[{\"query\":\"{ me { id } }\"}]", "application/json");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("MALFORMED_REQUEST");
  }

  @Test
  void duplicateKeys_areRefused() throws Exception {
    var response = post("{\"query\":\"{ a }\",\"query\":\"{ b }\"}", "application/json");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("MALFORMED_REQUEST");
  }

  @Test
  void unknownField_isAValidationError_withTheStatusThatTheMediaTypeHas() throws Exception {
    var body = "{\"query\":\"{ me { nonsense } }\"}";

    assertThat(post(body, RESPONSE_JSON).statusCode()).isEqualTo(400);
    assertThat(post(body, "application/json").statusCode()).isEqualTo(200);
    var error = json(post(body, RESPONSE_JSON)).at("/errors/0");
    assertThat(error.at("/extensions/code").asString()).isEqualTo("VALIDATION_ERROR");
    assertThat(error.at("/locations/0/line").asInt()).isEqualTo(1);
  }

  @Test
  void syntaxError_isMalformed() throws Exception {
    var response = post("{\"query\":\"{ me { \"}", RESPONSE_JSON);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("MALFORMED_REQUEST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ orders(status: FOO) { next } }",
        "{ orders(limit: \"x\") { next } }",
        "{ order(id: \"x\", asOf: \"never\") { id } }",
        "{ order(id: true) { id } }",
        "mutation { placeOrder(input: {nonsense: [1]}) { id } }",
        "mutation { placeOrder(input: 3) { id } }",
        "query($n: Int = \"x\") { users(limit: $n) { id } }"
      })
  void invalidQuery_isExplained_withoutNamesOfClasses(String query) throws Exception {
    var response = post(JSON.writeValueAsString(Map.of("query", query)), RESPONSE_JSON);

    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("VALIDATION_ERROR");
    assertThat(response.body())
        .doesNotContain("Value{", "IntValue", "StringValue", "graphql.", "java.");
  }

  @Test
  void wrongVariable_isAValidationError() throws Exception {
    var response =
        query("query($n: Int) { users(limit: $n) { id } }", Map.of("n", "x"), TOKENS.admin(other));

    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("VALIDATION_ERROR");
    assertThat(json(response).has("data")).isFalse();
  }

  @Test
  void mediaType_isRefused_whenItCannotBeProduced() throws Exception {
    var response = post("{\"query\":\"{ me { id } }\"}", "text/html");

    assertThat(response.statusCode()).isEqualTo(406);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("NOT_ACCEPTABLE");
  }

  @Test
  void schema_showsNoServices_toWhoeverReadsIt() throws Exception {
    var response =
        query("{ __schema { directives { name } types { name } } }", Map.of(), TOKENS.user(other));

    assertThat(response.body()).contains("OrderPage").doesNotContain("\"call\"", "\"batch\"");
  }
}
