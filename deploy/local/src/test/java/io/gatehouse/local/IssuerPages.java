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
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The issuer's pages in a real browser, by the keyboard alone, each looked at by axe. */
@ExtendWith(SharedPlatform.class)
abstract class IssuerPages {
  static final String NEW_PASSWORD = "another-long-password";
  private static final Pattern LINK = Pattern.compile("\\?link=[A-Za-z0-9_-]{43}\\n");
  private static Path program;

  final RunningPlatform platform;
  final URI url;

  IssuerPages(RunningPlatform platform) {
    this.platform = platform;
    this.url = platform.url();
  }

  @BeforeAll
  static void findBrowser() {
    var found = Chromium.find();
    assumeTrue(found.isPresent(), "there is no Chromium on the PATH: the pages were not tried");
    program = found.get();
  }

  Chromium browser() {
    return new Chromium(program, url, url.getPort());
  }

  static String newEmail() {
    return UUID.randomUUID() + "@example.com";
  }

  /** The address of somebody new. */
  String account() {
    var email = newEmail();
    var person = Map.of("email", email, "name", "Somebody", "password", Person.PASSWORD);
    assertThat(platform.api().post("/api/users", null, person).status()).isEqualTo(201);
    return email;
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
