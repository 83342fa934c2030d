package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.testing.BrowserTab;
import io.gatehouse.testing.Chromium;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The issuer's own pages in a real browser, each flow to its end by the keyboard alone, and every
 * page of them looked at by axe: in light and in dark, on a desk and on a phone.
 */
@ExtendWith(SharedPlatform.class)
@Order(3)
class IssuerPagesIT {
  private static final String NEW_PASSWORD = "another-long-password";
  private static final Pattern LINK = Pattern.compile("\\?link=[A-Za-z0-9_-]{43}\\n");
  private static Path program;

  private final RunningPlatform platform;
  private final URI url;

  IssuerPagesIT(RunningPlatform platform) {
    this.platform = platform;
    this.url = platform.url();
  }

  @BeforeAll
  static void findBrowser() {
    var found = Chromium.find();
    assumeTrue(found.isPresent(), "there is no Chromium on the PATH: the pages were not tried");
    program = found.get();
  }

  private Chromium browser() {
    return new Chromium(program, url, url.getPort());
  }

  @Test
  void newcomer_signsUp_confirmsTheAddress_changesAllOfTheAccount_andDeletesIt() {
    var email = newEmail();
    try (var browser = browser()) {
      var tab = browser.newTab();
      tab.withoutConditionalMediation();
      tab.open("/signup");
      arrive(tab, "Create an account");
      fill(tab, "#name", "Newcomer");
      fill(tab, "#email", email);
      fill(tab, "#password", Person.PASSWORD);
      tab.press("Enter");
      arrive(tab, "Sign in");
      fill(tab, "#password", Person.PASSWORD);
      tab.press("Enter");
      arrive(tab, "You are signed in");
      confirm(tab, email);

      follow(tab, "/account", "a[href=\"/account/name\"]", "Change your name");
      fill(tab, "#name", "Ada Byron");
      tab.press("Enter");
      arrive(tab, "Your account");
      assertThat(tab.text("main")).contains("Ada Byron");

      var address = newEmail();
      changeAddress(tab, address);
      changePassword(tab, address);
      endOthers(tab);
      delete(tab);
      // A browser notes an answer of 400: the password that was too short.
      assertThat(tab.complaints()).allMatch(one -> one.endsWith("/account/password"));
    }
  }

  private void changeAddress(BrowserTab tab, String wanted) {
    follow(tab, "/account", "a[href=\"/account/email\"]", "Change your email");
    fill(tab, "#email", wanted);
    tab.press("Enter");
    arrive(tab, "Your account");
    assertThat(tab.text("main")).contains("We sent a mail to " + wanted);
    confirm(tab, wanted);
    tab.open("/account");
    tab.awaitHeading("Your account");
    assertThat(tab.text("main")).contains(wanted).doesNotContain("We sent a mail");
  }

  private static void changePassword(BrowserTab tab, String email) {
    follow(tab, "/account", "a[href=\"/account/password\"]", "Change your password");
    fill(tab, "#current", Person.PASSWORD);
    fill(tab, "#new", "short");
    tab.press("Enter");
    tab.awaitTrue("document.querySelector('#new-wrong')");
    arrive(tab, "Change your password");
    fill(tab, "#current", Person.PASSWORD);
    fill(tab, "#new", NEW_PASSWORD);
    tab.press("Enter");
    arrive(tab, "Sign in");
    assertThat(tab.text("main")).contains("Your password is changed");
    fill(tab, "#username", email);
    fill(tab, "#password", NEW_PASSWORD);
    tab.press("Enter");
    arrive(tab, "You are signed in");
  }

  private static void endOthers(BrowserTab tab) {
    follow(tab, "/account", "a[href=\"/account/sign-ins\"]", "Where you are signed in");
    tabTo(tab, "button:not(.second)");
    tab.press("Enter");
    tab.awaitTrue("document.querySelector('.note')");
    arrive(tab, "Where you are signed in");
  }

  private static void delete(BrowserTab tab) {
    follow(tab, "/account", "a[href=\"/account/deletion\"]", "Delete your account?");
    tabTo(tab, "input[name=sure]");
    tab.press("Space");
    tabTo(tab, "button.bad");
    tab.press("Enter");
    arrive(tab, "Your account is deleted");
  }

  @Test
  void person_whoForgotThePassword_setsANewOne_byTheMailedLink() {
    var email = account();
    try (var browser = browser()) {
      var tab = browser.newTab();
      tab.withoutConditionalMediation();
      follow(tab, "/login", "a[href=\"/forgot\"]", "Forgot your password?");
      fill(tab, "#email", email);
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('.note.good')");
      arrive(tab, "Forgot your password?");

      var link = link(email, "/reset");
      tab.open(link);
      arrive(tab, "Set a new password");
      fill(tab, "#password", NEW_PASSWORD);
      tab.press("Enter");
      arrive(tab, "Sign in");
      fill(tab, "#username", email);
      fill(tab, "#password", NEW_PASSWORD);
      tab.press("Enter");
      arrive(tab, "You are signed in");
      assertThat(tab.complaints()).isEmpty();

      tab.open(link);
      tab.awaitHeading("Set a new password");
      fill(tab, "#password", NEW_PASSWORD);
      tab.press("Enter");
      arrive(tab, "This link does not work");
    }
  }

  @Test
  void passkey_isAdded_signsIn_andIsRemoved() {
    try (var browser = browser()) {
      var tab = browser.newTab();
      tab.addVirtualAuthenticator();
      tab.withoutConditionalMediation();
      signIn(tab, account());
      follow(tab, "/account", "a[href=\"/account/passkeys\"]", "Your passkeys");
      tabTo(tab, "a.button");
      tab.press("Enter");
      tab.awaitTrue("document.activeElement?.id === 'name'");
      arrive(tab, "Your passkeys");
      fill(tab, "#name", "My phone");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('ul.lines h2')?.textContent === 'My phone'");
      arrive(tab, "Your passkeys");

      tab.open("/logout");
      arrive(tab, "Sign out?");
      tab.press("Enter");
      arrive(tab, "Sign in");
      tabTo(tab, "#use-passkey button");
      tab.press("Enter");
      arrive(tab, "You are signed in");

      tab.open("/account/passkeys");
      tab.awaitHeading("Your passkeys");
      tabTo(tab, "form:has([name=remove]) button");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('.note') && !document.querySelector('ul.lines h2')");
      arrive(tab, "Your passkeys");
      assertThat(tab.complaints()).isEmpty();
    }
  }

  @Test
  void device_isConnected_byItsCode() {
    try (var browser = browser()) {
      var tab = browser.newTab();
      signIn(tab, account());
      tab.open("/activate");
      arrive(tab, "Connect a device");
      fill(tab, "#user_code", deviceCode());
      tab.press("Enter");
      arrive(tab, "Connect this device?");
      tabTo(tab, "button[value=allow]");
      tab.press("Enter");
      arrive(tab, "Device connected");
      assertThat(tab.complaints()).isEmpty();
    }
  }

  @Test
  void application_isAllowed_whatItsPersonLeavesTicked() {
    try (var browser = browser()) {
      var tab = browser.newTab();
      tab.withoutConditionalMediation();
      tab.open(authorizationRequest());
      arrive(tab, "Sign in");
      fill(tab, "#username", account());
      fill(tab, "#password", Person.PASSWORD);
      tab.press("Enter");
      arrive(tab, "Allow Shop?");
      tabTo(tab, "[name=scope][value=\"orders.read\"]");
      tab.press("Space");
      tabTo(tab, "button:not(.second)");
      tab.press("Enter");
      tab.awaitTrue("location.pathname === '/health' && location.search.includes('code=')");
      assertThat(tab.evaluate("new URLSearchParams(location.search).get('iss')").asString(""))
          .isEqualTo(url.toString());
    }
  }

  /** Of a third party, whose person is asked; its answer goes to a page where nothing runs. */
  private String authorizationRequest() {
    var back = url + "/health";
    var client =
        Map.of(
            "name",
            "Shop",
            "public",
            true,
            "redirectUris",
            List.of(back),
            "scopes",
            List.of("openid", "users.read", "orders.read"));
    var made =
        platform.api().post("/api/clients", platform.personToken("grace@example.com"), client);
    assertThat(made.status()).isEqualTo(201);
    return "/oauth2/authorize?response_type=code&scope=openid+users.read+orders.read&state=s"
        + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
        + "&client_id="
        + made.json().path("id").asString()
        + "&redirect_uri="
        + back;
  }

  private String deviceCode() {
    var asked = Person.post(url, "/oauth2/device_authorization", Map.of("client_id", "cli"));
    assertThat(asked.statusCode()).isEqualTo(200);
    return JsonMapper.shared().readTree(asked.body()).path("user_code").asString();
  }

  private static String newEmail() {
    return UUID.randomUUID() + "@example.com";
  }

  /** The address of somebody new. */
  private String account() {
    var email = newEmail();
    var person = Map.of("email", email, "name", "Somebody", "password", Person.PASSWORD);
    assertThat(platform.api().post("/api/users", null, person).status()).isEqualTo(201);
    return email;
  }

  private static void signIn(BrowserTab tab, String email) {
    tab.open("/login");
    tab.awaitHeading("Sign in");
    fill(tab, "#username", email);
    fill(tab, "#password", Person.PASSWORD);
    tab.press("Enter");
    tab.awaitHeading("You are signed in");
  }

  /** Proves an address by the link that was sent to it. */
  private void confirm(BrowserTab tab, String email) {
    tab.open(link(email, "/confirm"));
    arrive(tab, "Is this your address?");
    tabTo(tab, "button");
    tab.press("Enter");
    arrive(tab, "Address confirmed");
  }

  /** The path of the link to a page that was sent to an address. */
  private String link(String email, String page) {
    var management = new PublicApi(platform.managementUrl("user-service"));
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                management
                    .get("/actuator/mails", null)
                    .json()
                    .valueStream()
                    .filter(mail -> mail.path("to").asString().equals(email))
                    .map((JsonNode mail) -> mail.path("text").asString())
                    .filter(text -> text.contains(page + "?link="))
                    .map(
                        text ->
                            page + LINK.matcher(text).results().findFirst().orElseThrow().group())
                    .map(String::strip)
                    .findFirst()
                    .orElse(""),
            found -> !found.isEmpty());
  }

  /** Goes by the keyboard from one page to the next. */
  private static void follow(BrowserTab tab, String from, String selector, String heading) {
    tab.open(from);
    tab.awaitTrue(
        "document.readyState === 'complete' && document.querySelector('" + selector + "')");
    arrive(tab, tab.text("h1"));
    tabTo(tab, selector);
    tab.press("Enter");
    arrive(tab, heading);
  }

  private static void arrive(BrowserTab tab, String heading) {
    tab.awaitHeading(heading);
    Accessibility.check(tab, heading, List.of(1280, 390));
  }

  private static void tabTo(BrowserTab tab, String selector) {
    Accessibility.tabTo(tab, selector);
  }

  /** Comes by the keyboard, which marks what a field holds, and types over it. */
  private static void fill(BrowserTab tab, String selector, String text) {
    tabTo(tab, selector);
    if (!tab.evaluate("document.activeElement.value").asString("").isEmpty()) {
      tab.press("Shift+Tab");
      tabTo(tab, selector);
    }
    tab.type(text);
  }
}
