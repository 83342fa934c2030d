package io.gatehouse.local;

import static org.awaitility.Awaitility.await;

import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.testing.BrowserTab;
import io.gatehouse.testing.Chromium;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The issuer's pages in a real browser, by the keyboard alone, each looked at by axe. */
@ExtendWith(SharedPlatform.class)
abstract class IssuerPages {
  static final String NEW_PASSWORD = "another-long-password";
  private static final Pattern LINK = Pattern.compile("\\?link=[A-Za-z0-9_-]{43}\\n");

  final RunningPlatform platform;
  private final Browsers browsers;
  final URI url;

  IssuerPages(RunningPlatform platform) {
    this.platform = platform;
    this.browsers = new Browsers(platform);
    this.url = platform.url();
  }

  Chromium browser() {
    return browsers.open();
  }

  static String newEmail() {
    return UUID.randomUUID() + "@example.com";
  }

  static void signIn(BrowserTab tab, String email) {
    tab.open("/login");
    tab.awaitHeading("Sign in");
    fill(tab, "#username", email);
    fill(tab, "#password", Person.PASSWORD);
    tab.press("Enter");
    tab.awaitHeading("You are signed in");
  }

  /** The path of the link to a page that was sent to an address. */
  String link(String email, String page) {
    var link = LINK.matcher(mail(email, page)).results().findFirst().orElseThrow();
    return (page + link.group()).strip();
  }

  /** The text of the mail that an address was sent with a link to a page. */
  String mail(String email, String page) {
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
                    .findFirst()
                    .orElse(""),
            found -> !found.isEmpty());
  }

  static void arrive(BrowserTab tab, String heading) {
    tab.awaitHeading(heading);
    Accessibility.check(tab, heading, List.of(1280, 390));
  }

  static void tabTo(BrowserTab tab, String selector) {
    Accessibility.tabTo(tab, selector);
  }

  /** Comes by the keyboard, which marks what a field holds, and types over it. */
  static void fill(BrowserTab tab, String selector, String text) {
    tabTo(tab, selector);
    if (!tab.evaluate("document.activeElement.value").asString("").isEmpty()) {
      tab.press("Shift+Tab");
      tabTo(tab, selector);
    }
    tab.type(text);
  }
}
