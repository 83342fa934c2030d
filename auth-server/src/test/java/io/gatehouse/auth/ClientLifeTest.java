package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.auth.clients.ManagedClients;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** What a registered client can do, until it is changed, gets another secret or is deleted. */
@ExtendWith(OutputCaptureExtension.class)
class ClientLifeTest extends ManagedClientsTest {
  @Autowired ManagedClients managed;

  @Test
  void registration_showsTheSecretOnce_andTheClientWorks() {
    var admin = admin();
    var answer = admin.post("/api/clients", SERVICE);

    var client = created(answer);
    assertThat(client.propertyNames())
        .containsExactly(
            "id",
            "name",
            "public",
            "grants",
            "redirectUris",
            "postLogoutRedirectUris",
            "scopes",
            "managed",
            "createdAt",
            "updatedAt",
            "secret");
    assertThat(client.path("managed").asBoolean()).isTrue();
    assertThat(client.path("public").asBoolean(true)).isFalse();
    assertThat(text(client, "createdAt"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    assertThat(text(client, "secret")).hasSizeGreaterThanOrEqualTo(43);
    assertThat(answer.headers().firstValue("Location")).hasValue(path(client));
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"1\"");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");

    var read = admin.get(path(client));
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(read.body()).has("secret")).isFalse();
    assertThat(read.body()).doesNotContain(text(client, "secret"));

    var access = Tokens.of(token(client)).access();
    assertThat(claims(access))
        .containsEntry("sub", text(client, "id"))
        .containsEntry("roles", List.of("SERVICE"));
    assertThat(String.valueOf(claims(access).get("scope")).split(" ", -1))
        .containsExactlyInAnyOrder("orders.read", "users.read");
  }

  @Test
  void secret_isNeitherStoredNorLogged(CapturedOutput output) {
    var admin = admin();
    var client = created(admin.post("/api/clients", SERVICE));
    var renewed = JSON.readTree(admin.post(path(client) + "/secret", null).body());
    token(client);

    for (var secret : List.of(text(client, "secret"), text(renewed, "secret"))) {
      assertThat(secret).isNotEmpty();
      assertThat(output.getAll()).doesNotContain(secret);
      var stored =
          jdbc.sql("select c::text || encode(secret_mac, 'escape') from client c where id = :id")
              .param("id", text(client, "id"))
              .query(String.class)
              .single();
      assertThat(stored).doesNotContain(secret);
    }
  }

  @Test
  void everyChange_isASecurityEvent(CapturedOutput output) {
    var ada = USERS.account("ADMIN");
    var admin = new ApiCaller(port, tokens(ada).access());
    var client = created(admin.post("/api/clients", SERVICE));
    admin.put(path(client), SERVICE);
    admin.post(path(client) + "/secret", null);
    admin.put(path(client), SERVICE, "If-Match", "\"1\"");
    admin.delete(path(client));

    for (var event :
        List.of(
            "client-registered ALLOWED",
            "client-changed ALLOWED",
            "client-secret-renewed ALLOWED",
            "client-changed REFUSED",
            "client-deleted ALLOWED")) {
      assertThat(output.getAll())
          .contains(event + " subject=" + ada.id() + " client=" + text(client, "id"));
    }
  }

  @Test
  void publicClient_hasNoSecret_andSignsPeopleInWithPkceAlone() {
    var admin = admin();
    var client =
        created(
            admin.post(
                "/api/clients",
                """
                {"name":"App","public":true,"redirectUris":["http://127.0.0.1/back"],
                 "scopes":["openid","orders.read","orders.write"]}
                """));

    assertThat(client.has("secret")).isFalse();
    assertError(admin.post(path(client) + "/secret", "{}"), 422, "CLIENT_IS_PUBLIC");
    var request = authorizationRequest();
    request.put("client_id", text(client, "id"));
    request.put("redirect_uri", "http://127.0.0.1:4711/back");
    request.put("scope", "openid orders.read orders.write");
    var browser = signedIn(USERS.account("USER"));
    var form = redemption(allowedCode(browser, client, request));
    form.put("client_id", text(client, "id"));
    form.put("redirect_uri", "http://127.0.0.1:4711/back");
    assertThat(Tokens.of(token(form)).refresh()).isNotEmpty();

    request.remove("code_challenge");
    request.remove("code_challenge_method");
    assertThat(Browser.location(browser.get(authorize(request)))).contains("error=invalid_request");
  }

  @Test
  void renewedSecret_worksAtOnce_andTheOneBeforeForTheOverlap() {
    var admin = admin();
    var client = created(admin.post("/api/clients", SERVICE));
    var first = text(client, "secret");
    var second = renew(admin, client);

    assertThat(token(client, first).statusCode()).isEqualTo(200);
    assertThat(token(client, second).statusCode()).isEqualTo(200);

    // As if the hour had passed.
    assertThat(
            jdbc.sql(
                    """
                    update client set previous_secret_until = now() - interval '1 s'
                    where id = :id and previous_secret_until
                      between now() + interval '50 min' and now() + interval '60 min'
                    """)
                .param("id", text(client, "id"))
                .update())
        .isEqualTo(1);
    assertRefused(token(client, first), 401, "invalid_client");
    assertThat(token(client, second).statusCode()).isEqualTo(200);

    var third = renew(admin, client);
    assertThat(token(client, second).statusCode()).isEqualTo(200);
    assertThat(token(client, third).statusCode()).isEqualTo(200);
    assertRefused(token(client, first), 401, "invalid_client");
    assertRefused(token(client, first + " " + second), 401, "invalid_client");
  }

  private static String renew(ApiCaller admin, JsonNode client) {
    var answer = admin.post(path(client) + "/secret", null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return text(JSON.readTree(answer.body()), "secret");
  }

  @Test
  void deletedClient_isGone_withAllItWasGiven() {
    var admin = admin();
    var client = created(admin.post("/api/clients", WEBSITE));
    var user = USERS.account("USER");
    var tokens = websiteTokens(client, user);
    assertThat(isActive(tokens.access())).isTrue();

    var answer = admin.delete(path(client));

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(isActive(tokens.access())).isFalse();
    assertThat(isRevoked("client", text(client, "id"))).isTrue();
    assertError(new ApiCaller(port, tokens.access()).get("/api/x"), 401, "TOKEN_REVOKED");
    assertRefused(refreshed(client, tokens), 401, "invalid_client");
    assertError(admin.get(path(client)), 404, "NOT_FOUND");
    assertError(admin.delete(path(client)), 404, "NOT_FOUND");
    managed.removeDeleted();
    assertThat(rows(client)).isZero();
  }

  private int rows(JsonNode client) {
    return jdbc.sql(
            """
            select (select count(*) from client where id = :id)
              + (select count(*) from token_family where client_id = :id)
              + (select count(*) from consent where client_id = :id)
            """)
        .param("id", text(client, "id"))
        .query(Integer.class)
        .single();
  }

  @Test
  void scopeTakenAway_endsTheTokens_andIsNotRenewed() {
    var admin = admin();
    var client = created(admin.post("/api/clients", WEBSITE));
    var tokens = websiteTokens(client, USERS.account("USER"));
    assertThat(scopes(tokens)).contains("orders.read", "orders.write");

    var answer =
        admin.put(path(client), WEBSITE.replace("\"orders.read\",", ""), "If-Match", "\"1\"");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(isActive(tokens.access())).isFalse();
    var renewed = Tokens.of(refreshed(client, tokens));
    assertThat(scopes(renewed)).contains("orders.write").doesNotContain("orders.read");
    assertThat(isActive(renewed.access())).isTrue();
  }

  private static List<String> scopes(Tokens tokens) {
    return List.of(String.valueOf(claims(tokens.access()).get("scope")).split(" ", -1));
  }
}
