package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.auth.StandInUsers.Account;
import io.gatehouse.defaults.platform.CallGuards;
import io.gatehouse.testing.TestPostgres;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One server for all tests; each test makes users of its own. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "eureka.client.enabled=false",
      "gatehouse.demo=true",
      "gatehouse.drain=0s",
      "gatehouse.gateway-secret=gateway-secret",
      "gatehouse.order-service-secret=order-secret",
      "gatehouse.key-encryption-key=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
      "gatehouse.clients.shop.name=Shop & Co",
      "gatehouse.clients.shop.secret=shop-secret",
      "gatehouse.clients.shop.redirect-uris=https://shop.example.com/back",
      "gatehouse.clients.shop.scopes=openid,orders.read",
      "gatehouse.clients.hostile.name=" + AuthServerTest.HOSTILE_CLIENT,
      "gatehouse.clients.hostile.redirect-uris=https://hostile.example.com/back",
      "gatehouse.clients.hostile.scopes=openid," + AuthServerTest.HOSTILE_SCOPE,
      "gatehouse.clients.hostile.grants="
          + "authorization_code,refresh_token,urn:ietf:params:oauth:grant-type:device_code",
    })
abstract class AuthServerTest {
  static final Map<String, String> CLIENT_CREDENTIALS = Map.of("grant_type", "client_credentials");

  /** What a client may be called by whoever registers it. */
  static final String HOSTILE_CLIENT = "\"><img src=x onerror=alert(1)>' & <b>Co</b>";

  /** One that RFC 6749 section 3.3 allows. */
  static final String HOSTILE_SCOPE = "'><img/src=x/onerror=alert(1)>&lt;";

  static final String PUBLIC_URL = "http://localhost:8080";
  static final String CONSOLE = PUBLIC_URL + "/console/";
  static final String VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789";
  static final StandInUsers USERS = new StandInUsers();
  static final TestPostgres.Database DATABASE = TestPostgres.newDatabase();
  static final JsonMapper JSON = new JsonMapper();

  @LocalServerPort int port;
  @LocalManagementPort int managementPort;
  @Autowired org.springframework.jdbc.core.simple.JdbcClient jdbc;
  @Autowired CallGuards guards;

  @DynamicPropertySource
  static void surroundings(DynamicPropertyRegistry properties) {
    DATABASE.environment().forEach((name, value) -> properties.add(name, () -> value));
    properties.add(
        "spring.cloud.discovery.client.simple.instances.user-service[0].uri",
        () -> "http://localhost:" + USERS.server.port());
  }

  /** A stand-in that failed has shut its guard, too. */
  @BeforeEach
  void forgetStubs() {
    USERS.reset();
    guards.reset();
  }

  Browser browser() {
    return new Browser(port).with("Accept", "text/html,*/*;q=0.8");
  }

  Browser program() {
    return new Browser(port);
  }

  /** The demo client of client credentials. */
  Browser demo() {
    return program().withBasic("demo-service", "demo-secret");
  }

  /** A browser in which this user has signed in. */
  Browser signedIn(Account account) {
    var browser = browser();
    var answer = signIn(browser, account);
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(Browser.location(answer)).doesNotContain("error");
    return browser;
  }

  HttpResponse<String> signIn(Browser browser, Account account) {
    return browser.submit(
        "/login", "/login", Map.of("username", account.email(), "password", StandInUsers.PASSWORD));
  }

  static Map<String, String> authorizationRequest() {
    var request = new LinkedHashMap<String, String>();
    request.put("response_type", "code");
    request.put("client_id", "console");
    request.put("redirect_uri", CONSOLE);
    request.put("scope", "openid profile users.read orders.read");
    request.put("state", "a state/with?odd&characters");
    request.put("nonce", "n-0123");
    request.put("code_challenge", challenge(VERIFIER));
    request.put("code_challenge_method", "S256");
    return request;
  }

  static String authorize(Map<String, String> request) {
    return "/oauth2/authorize?" + Browser.encode(request);
  }

  /** A fresh code for the console, got by a signed-in browser. */
  String code(Browser browser) {
    var location = Browser.location(browser.get(authorize(authorizationRequest())));
    return Objects.requireNonNull(Browser.parameter(location, "code"), location);
  }

  static Map<String, String> redemption(String code) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "authorization_code");
    form.put("client_id", "console");
    form.put("redirect_uri", CONSOLE);
    form.put("code", code);
    form.put("code_verifier", VERIFIER);
    return form;
  }

  HttpResponse<String> redeem(String code) {
    return token(redemption(code));
  }

  HttpResponse<String> token(Map<String, String> form) {
    return program().post("/oauth2/token", form);
  }

  HttpResponse<String> refresh(String refreshToken) {
    return token(
        Map.of(
            "grant_type", "refresh_token", "client_id", "console", "refresh_token", refreshToken));
  }

  /** What a whole sign-in at the console yields. */
  Tokens tokens(Account account) {
    return Tokens.of(redeem(code(signedIn(account))));
  }

  record Tokens(String access, String refresh, String id) {
    static Tokens of(HttpResponse<String> response) {
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      var body = JSON.readTree(response.body());
      return new Tokens(
          body.path("access_token").asString(""),
          body.path("refresh_token").asString(""),
          body.path("id_token").asString(""));
    }

    String sid() {
      return String.valueOf(claims(access).get("sid"));
    }
  }

  static Map<String, Object> claims(String jwt) {
    try {
      return Objects.requireNonNull(SignedJWT.parse(jwt).getPayload().toJSONObject());
    } catch (ParseException malformed) {
      throw new AssertionError(jwt, malformed);
    }
  }

  JsonNode introspect(String token) {
    var answer =
        program()
            .withBasic("demo-service", "demo-secret")
            .post("/oauth2/introspect", Map.of("token", token));
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  boolean isActive(String token) {
    return introspect(token).path("active").asBoolean();
  }

  /** The live set that gateways are given. */
  JsonNode revocations() {
    var answer = program().withBasic("gateway", "gateway-secret").get("/internal/revocations");
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  boolean isRevoked(String kind, String value) {
    return revocations()
        .path("entries")
        .valueStream()
        .anyMatch(
            entry ->
                entry.path("kind").asString("").equals(kind)
                    && entry.path("value").asString("").equals(value));
  }

  /** The answer is an OAuth error with this status and code, and nothing more. */
  static void assertRefused(HttpResponse<String> response, int status, String error) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(JSON.readTree(response.body()).path("error").asString("")).isEqualTo(error);
  }

  /** The answer is the platform's error body with this status and code. */
  static void assertError(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(JSON.readTree(response.body()).at("/error/code").asString("")).isEqualTo(code);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  static String challenge(String verifier) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static String random() {
    return UUID.randomUUID().toString();
  }
}
