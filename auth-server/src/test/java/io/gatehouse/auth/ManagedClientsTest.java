package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** Clients that an ADMIN has registered. */
abstract class ManagedClientsTest extends ThirdPartyTest {
  static final String SERVICE =
      """
      {"name":"Reports","grants":["client_credentials"],"scopes":["orders.read","users.read"]}
      """;
  static final String WEBSITE =
      """
      {"name":"Website","grants":["authorization_code","refresh_token"],"redirectUris":["%s"],
       "scopes":["openid","orders.read","orders.write"]}
      """
          .formatted(BACK);

  ApiCaller admin() {
    return new ApiCaller(port, tokens(USERS.account("USER", "ADMIN")).access());
  }

  static JsonNode created(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return JSON.readTree(answer.body());
  }

  static String text(JsonNode client, String field) {
    return client.path(field).asString("");
  }

  HttpResponse<String> token(JsonNode client, String secret) {
    return program()
        .withBasic(text(client, "id"), secret)
        .post("/oauth2/token", CLIENT_CREDENTIALS);
  }

  HttpResponse<String> token(JsonNode client) {
    return token(client, text(client, "secret"));
  }

  static String path(JsonNode client) {
    return "/api/clients/" + text(client, "id");
  }

  /** What a person's sign-in at the website yields, once they allowed all it asks for. */
  Tokens websiteTokens(JsonNode client, StandInUsers.Account user) {
    var request = shopRequest();
    request.put("client_id", text(client, "id"));
    request.put("scope", "openid orders.read orders.write");
    var code = allowedCode(signedIn(user), client, request);
    return Tokens.of(
        website(client)
            .post(
                "/oauth2/token",
                Map.of(
                    "grant_type",
                    "authorization_code",
                    "redirect_uri",
                    BACK,
                    "code",
                    code,
                    "code_verifier",
                    VERIFIER)));
  }

  /** The code of a person who is asked by the client, and allows it all. */
  static String allowedCode(Browser browser, JsonNode client, Map<String, String> request) {
    var consent = Browser.location(browser.get(authorize(request)));
    var form =
        Browser.encode(
            Map.of(
                "client_id",
                text(client, "id"),
                "state",
                Objects.requireNonNull(Browser.parameter(consent, "state"))));
    var allowed = browser.post("/oauth2/authorize", form + "&scope=orders.read&scope=orders.write");
    return Objects.requireNonNull(
        Browser.parameter(Browser.location(allowed), "code"), () -> Browser.location(allowed));
  }

  Browser website(JsonNode client) {
    return program().withBasic(text(client, "id"), text(client, "secret"));
  }

  HttpResponse<String> refreshed(JsonNode client, Tokens tokens) {
    return website(client)
        .post(
            "/oauth2/token",
            Map.of("grant_type", "refresh_token", "refresh_token", tokens.refresh()));
  }
}
