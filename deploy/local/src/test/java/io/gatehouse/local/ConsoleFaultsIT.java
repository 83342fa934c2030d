package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Chromium;
import io.gatehouse.testing.TcpProxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What people at the console see of what goes wrong. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ConsoleFaultsIT {
  private final RunningPlatform platform;
  private final Browsers browsers;
  private final URI url;
  private final String email;

  ConsoleFaultsIT(RunningPlatform platform) {
    this.platform = platform;
    this.browsers = new Browsers(platform);
    this.url = platform.url();
    this.email = platform.newAccount();
  }

  private ConsoleVisitor signedIn(Chromium browser) {
    return ConsoleVisitor.signedIn(browser, url, email);
  }

  @Test
  void cutStream_goesOn_withWhatWasMissed_andNothingTwice() {
    try (var line = new TcpProxy(url.getPort());
        var browser = browsers.open(line.port())) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.go("#/events", "document.querySelector('.live.open')");
      order("seen");
      visitor.awaitCount(".events li", 1);

      line.cut();
      tab.awaitTrue("document.querySelector('.live.waiting')");
      order("missed 1");
      order("missed 2");
      line.mend();

      tab.awaitTrue("document.querySelector('.live.open')");
      tab.awaitTrue("document.querySelectorAll('.missed li').length === 2");
      assertThat(tab.text("nav .count")).isEqualTo("2");
      visitor.isAccessible("missed events");
      tab.click(".missed button");
      tab.awaitTrue("!document.querySelector('.missed')");
      order("afterwards");
      visitor.awaitCount(".events li", 4);
      assertThat(
              tab.evaluate(
                      "new Set([...document.querySelectorAll('.events li')].map(li =>"
                          + " li.dataset.id)).size")
                  .asInt(0))
          .isEqualTo(4);
    }
  }

  private void order(String name) {
    var item = Map.of("sku", "TEA-1", "name", name, "quantity", 1, "unitPrice", 100);
    var token = platform.token(email, Person.PASSWORD);
    var body = Map.of("currency", "EUR", "items", List.of(item));
    assertThat(platform.api().post("/api/orders", token, body).status()).isEqualTo(201);
  }

  @Test
  void cutLine_isWaitedFor_andTheViewComesByItself() {
    try (var line = new TcpProxy(url.getPort());
        var browser = browsers.open(line.port())) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      line.cut();
      visitor.go("#/account", "document.querySelector('p.waiting')");
      line.mend();
      visitor.awaitCount("section .lines li", 1);
      tab.awaitTrue("!document.querySelector('p.waiting')");
    }
  }

  @Test
  void part_thatDidNotCome_isAskedForAgain() {
    try (var browser = browsers.open()) {
      var tab = browser.newTab();
      tab.call("Network.setBlockedURLs", Map.of("urls", List.of("*/orders.*.js")));
      tab.open("/console/");
      tab.awaitTrue("sessionStorage['gatehouse.tries'] >= 1");
      tab.call("Network.setBlockedURLs", Map.of("urls", List.of()));

      tab.awaitHeading("Welcome to Gatehouse");
    }
  }

  @Test
  void slowNetwork_isShown_asProgress() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      visitor
          .tab()
          .call(
              "Network.emulateNetworkConditions",
              Map.of(
                  "offline", false,
                  "latency", 1_000,
                  "downloadThroughput", -1,
                  "uploadThroughput", -1));
      visitor.go("#/account", "document.querySelector('main .busy')");
      visitor.awaitCount("section .lines li", 1);
      visitor.tab().awaitTrue("!document.querySelector('main .busy')");
    }
  }

  @Test
  void endedSignIn_isSaid_andTheNextOneLeadsBack() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.go("#/account", "document.querySelector('section .lines li')");
      var elsewhere = platform.token(email, Person.PASSWORD);
      assertThat(platform.api().send("DELETE", "/api/me/sign-ins", elsewhere, null).status())
          .isEqualTo(204);

      // The stream ends with the token, and nothing renews it.
      tab.awaitHeading("Your sign-in has ended");
      visitor.isAccessible("ended");
      visitor.signIn(email, Person.PASSWORD);
      visitor.awaitCount("section .lines li", 1);
      assertThat(tab.text("h1")).isEqualTo("My account");
    }
  }

  @Test
  void secondTab_isSignedInSilently_andOutWithTheFirst() {
    try (var browser = browsers.open()) {
      var first = signedIn(browser);
      var second = new ConsoleVisitor(browser, url);
      second.awaitSignedIn(email);
      second.go("#/account", "document.querySelectorAll('section .lines li').length === 2");

      first.tab().click("#sign-out");
      first.tab().awaitHeading("Welcome to Gatehouse");
      second.tab().awaitHeading("Your sign-in has ended");
      assertThat(second.tab().text("main [role=status]"))
          .isEqualTo("You signed out in another tab.");

      second.tab().evaluate("history.back()");
      second.tab().awaitTrue("document.querySelector('#sign-in')");
      first.wentWell();
      assertThat(second.tab().text(".email")).isEmpty();
    }
  }

  @Test
  void reload_keepsTheView_andTheLanguage() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.go("#/orders?status=PAID", "document.querySelector('.empty')");
      tab.evaluate("document.querySelector('#language').value = 'de'");
      tab.evaluate("document.querySelector('#language').dispatchEvent(new Event('change'))");

      visitor.reload();
      visitor.awaitSignedIn(email);
      tab.awaitHeading("Bestellungen");
      assertThat(tab.evaluate("location.hash").asString("")).isEqualTo("#/orders?status=PAID");
      assertThat(tab.evaluate("location.search").asString("-")).isEmpty();
      visitor.wentWell();
    }
  }

  @Test
  void limitedCall_isSentAgain_whenItMayBe() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.refuseOnce(429, "RATE_LIMITED", 1);
      visitor.go("#/orders?status=PAID", "document.querySelector('p.waiting')");
      assertThat(tab.text("p.waiting")).isEqualTo("Too many requests: going on by itself in 1 s.");
      tab.awaitTrue("document.querySelector('.empty')");
    }
  }

  @Test
  void serviceThatIsAway_isAskedAtOnce_whenSomebodySaysSo() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.refuseOnce(503, "SERVICE_UNAVAILABLE", 60);
      visitor.go("#/orders?status=PAID", "document.querySelector('#try-now')");
      assertThat(
              visitor.isTrue(
                  "getComputedStyle(document.querySelector('p.waiting')).backgroundColor !=="
                      + " 'rgba(0, 0, 0, 0)'"))
          .isTrue();
      visitor.isAccessible("a service that is away");
      tab.click("#try-now");
      tab.awaitTrue("document.querySelector('.empty') && !document.querySelector('p.waiting')");
    }
  }

  @Test
  void listWhoseServiceWasAway_comesByItself_onceItIsBack() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      tab.evaluate(
          """
          { const real = window.fetch;
            const away = { error: { code: 'BAD_GATEWAY', message: '', details: [], requestId: 'r' } };
            window.isAway = true;
            window.fetch = (url, options) => window.isAway && String(url).includes('/api/orders?')
              ? Promise.resolve(new Response(JSON.stringify(away), { status: 502 }))
              : real(url, options); }
          """);
      visitor.go("#/orders?status=PAID", "document.querySelector('main [role=alert] code')");

      tab.evaluate("window.isAway = false");

      tab.awaitTrue("document.querySelector('.empty') && !document.querySelector('[role=alert]')");
    }
  }

  @Test
  void profile_isSaved_alsoWhileTheRestIsLoading() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      tab.evaluate(
          """
          { const real = window.fetch;
            window.fetch = (url, options) =>
              String(url).includes('/api/me/sign-ins?') ? new Promise(() => {}) : real(url, options); }\
          """);
      visitor.go("#/account", "document.querySelector('section .busy')");
      tab.fill("#name", "Another");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('p.said').textContent === 'Saved'");
      assertThat(
              visitor.isTrue(
                  "(({top, bottom, height}) => height > 20 && top > 0 && bottom <= innerHeight)"
                      + "(document.querySelector('p.said span').getBoundingClientRect())"))
          .as("what is said can be seen")
          .isTrue();
      visitor.isAccessible("what is said");
      tab.click("#profile");
      tab.awaitTrue("document.querySelector('p.said').textContent === ''");
    }
  }

  /** As if more than five minutes had passed: the platform's own answer then, by RFC 9470. */
  @Test
  void signInThatIsTooOld_isAskedForAgain() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.go("#/account", "document.querySelector('#email')");
      tab.evaluate(
          """
          { const real = window.fetch;
            window.fetch = (url, options) => options?.method === 'PUT'
              ? Promise.resolve(new Response(JSON.stringify({ error: { code: 'UNAUTHENTICATED', message: 'no', details: [], requestId: 'r' } }),
                  { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="insufficient_user_authentication", max_age="300"' } }))
              : real(url, options); }\
          """);
      tab.fill("#email", "another@example.com");
      tab.press("Enter");

      tab.awaitTrue("document.querySelector('[role=alert] button:not(.small)')");
      assertThat(tab.text("[role=alert] button:not(.small)")).isEqualTo("Sign in again");
      tab.click("[role=alert] button:not(.small)");
      // The sign-in of a moment ago is recent enough, and nothing is asked.
      tab.awaitTrue("!document.querySelector('[role=alert]') && document.querySelector('#email')");
      assertThat(tab.text("h1")).isEqualTo("My account");
    }
  }

  @Test
  void changedMeanwhile_isShown_andDecidedAnew() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      var order = visitor.placeOrder("Assam");
      tab.click("#open-pay");
      tab.focus("#reference");
      var token = platform.token(email, Person.PASSWORD);
      var items = Map.of("items", List.of(NewOrder.ITEM));
      assertThat(
              platform.api().send("PUT", "/api/orders/" + order + "/items", token, items).status())
          .isEqualTo(200);
      tab.awaitTrue(
          "document.querySelector('label[for=version]').textContent === 'Version 2 of 2'");
      tab.type("pay-1");
      tab.press("Enter");

      tab.awaitTrue("document.querySelector('dialog[open] [role=alert]')");
      assertThat(tab.text("dialog[open] [role=alert] code")).isEqualTo("VERSION_MISMATCH");
      tab.press("Enter");
      visitor.awaitStatus("Paid");
      tab.awaitTrue(
          "document.querySelector('label[for=version]').textContent === 'Version 3 of 3'");
    }
  }
}
