package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import java.util.List;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passkeys: added at the account, and used to sign in. */
class PasskeyTest extends PasskeyPagesTest {
  @Test
  void passkey_added_signsIn() {
    var ada = USERS.readableAccount();
    add(signedIn(ada), "My phone");
    var browser = browser();

    var answer = use(browser);

    assertThat(Browser.location(answer)).isEqualTo(PUBLIC_URL + "/login");
    var tokens = Tokens.of(redeem(code(browser)));
    assertThat(claims(tokens.access())).containsEntry("sub", ada.id());
    assertThat(claims(tokens.id()))
        .containsEntry("amr", List.of("pop", "user", "mfa"))
        .containsEntry("acr", "phr")
        .containsKey("auth_time");
    assertThat(claims(Tokens.of(refresh(tokens.refresh())).id())).containsEntry("acr", "phr");
  }

  @Test
  void password_isToldAsSuch() {
    var tokens = tokens(USERS.readableAccount());

    assertThat(claims(tokens.id())).containsEntry("amr", List.of("pwd")).doesNotContainKey("acr");
  }

  @Test
  void passkey_usedForAnApplication_leadsBackToIt() {
    add(signedIn(USERS.readableAccount()), "My phone");
    var browser = browser();
    var form = Browser.location(browser.get(authorize(authorizationRequest())));

    var answer = use(browser, form, device.use(options(browser.get(form), "#use-passkey")));

    assertThat(Browser.location(answer)).startsWith(PUBLIC_URL + "/oauth2/authorize?");
    assertThat(code(browser)).isNotEmpty();
  }

  @Test
  void passkey_used_changesTheSessionsId() {
    add(signedIn(USERS.readableAccount()), "My phone");
    var browser = signedIn(USERS.readableAccount());
    var before = browser.cookies().get("SESSION");

    use(browser, "/login?error", device.use(options(browser.get("/login?error"), "#use-passkey")));

    assertThat(browser.cookies().get("SESSION")).isNotEqualTo(before);
  }

  @Test
  void passkey_usedInANewBrowser_givesItASecret_andTellsOfIt() {
    var ada = USERS.readableAccount();
    add(signedIn(ada), "My phone");
    var path = "/internal/users/" + ada.id() + "/sign-ins";
    USERS.server.stubFor(
        WireMock.post(urlPathEqualTo(path))
            .withRequestBody(equalToJson("{\"ip\":\"203.0.113.7\"}"))
            .withHeader("Gatehouse-New-Browser", matching("[A-Za-z0-9_-]{43}"))
            .willReturn(
                okJson(
                    """
                    {"newBrowser":true,"id":"%s","email":"%s","name":"Ada","roles":["USER"]}
                    """
                        .formatted(ada.id(), ada.email()))));
    var browser = browser().with("X-Forwarded-For", "203.0.113.7");

    use(browser);

    assertThat(browser.cookies().get("BROWSER")).hasSize(43);
  }

  @Test
  void options_sayWhomTheyAreFor_andAskTheDeviceToVerify() {
    var ada = USERS.readableAccount();
    var adding = JSON.readTree(options(signedIn(ada).get(PAGE + "?add"), "#add-passkey"));
    var using = JSON.readTree(options(browser().get("/login"), "#use-passkey"));

    assertThat(adding.at("/rp/id").asString("")).isEqualTo("localhost");
    assertThat(adding.at("/user/name").asString("")).isEqualTo(ada.email());
    assertThat(adding.at("/authenticatorSelection/userVerification").asString(""))
        .isEqualTo("required");
    assertThat(using.path("rpId").asString("")).isEqualTo("localhost");
    assertThat(using.path("userVerification").asString("")).isEqualTo("required");
    assertThat(using.path("allowCredentials").isEmpty()).isTrue();
  }

  @Test
  void login_bringsNoSessionAndNoRow_whoeverLooks() {
    var before = answered();

    var answer = browser().get("/login");

    assertThat(answer.headers().allValues("Set-Cookie").toString()).doesNotContain("SESSION=");
    assertThat(answered()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/login", PAGE + "?add"})
  void pages_runTheirOwnScriptAndNoOther(String path) {
    var answer =
        signedIn(USERS.readableAccount()).get(path.equals("/login") ? "/login?error" : path);

    assertThat(answer.headers().allValues("Content-Security-Policy"))
        .singleElement()
        .asString()
        .contains("default-src 'none'")
        .contains("frame-ancestors 'none'")
        .contains("script-src 'self'")
        .doesNotContain("unsafe");
    var scripts = Jsoup.parse(answer.body()).select("script");
    assertThat(scripts.eachAttr("src")).singleElement().asString().startsWith("/assets/auth-");
    assertThat(scripts.html()).isEmpty();
  }

  private int answered() {
    return jdbc.sql("select count(*) from answered_challenge").query(Integer.class).single();
  }
}
