package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.util.ArrayList;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Signing in by the console's redirect, and what its pages leave in the list of sign-ins. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ConsoleSignInsIT {
  private final RunningPlatform platform;
  private final Browsers browsers;
  private final URI url;
  private final String email;
  private final String token;

  ConsoleSignInsIT(RunningPlatform platform) {
    this.platform = platform;
    this.browsers = new Browsers(platform);
    this.url = platform.url();
    this.email = platform.newAccount();
    this.token = platform.token(email, Person.PASSWORD);
  }

  private void awaitSignIns(int count) {
    await().until(() -> signInsAtTheConsole() == count);
  }

  private long signInsAtTheConsole() {
    var list = platform.api().get("/api/me/sign-ins?limit=100", token).json().path("items");
    return StreamSupport.stream(list.spliterator(), false)
        .filter(one -> one.path("client").asString("").equals("console"))
        .count();
  }

  /** Each load of a page signs in anew: the sign-in of the load before is over. */
  @Test
  void reloadedPage_isOneSignIn() {
    try (var browser = browsers.open()) {
      var visitor = ConsoleVisitor.signedIn(browser, url, email);
      for (var time = 0; time < 3; time++) {
        visitor.reload();
        visitor.awaitSignedIn(email);
      }
      awaitSignIns(1);
      visitor.go("#/account", "document.querySelector('section .lines .badge')");
      visitor.wentWell();
    }
  }

  @Test
  void openPages_stay_andAClosedOneGoes_withTheNextThatIsOpened() {
    try (var browser = browsers.open()) {
      var first = ConsoleVisitor.signedIn(browser, url, email);
      var second = new ConsoleVisitor(browser, url);
      second.awaitSignedIn(email);
      first.reload();
      first.awaitSignedIn(email);
      awaitSignIns(2);
      second.tab().close();

      var third = new ConsoleVisitor(browser, url);
      third.awaitSignedIn(email);
      awaitSignIns(2);
      first.go("#/account", "document.querySelectorAll('section .lines li').length === 3");
      first.wentWell();
      third.wentWell();
    }
  }

  /** Over HTTP/1.1 a browser has six connections to a host, for all of its pages together. */
  @Test
  void manyPages_shareOneStream_alsoWhenTheOneThatReadsIsClosed() {
    try (var browser = browsers.open()) {
      var first = ConsoleVisitor.signedIn(browser, url, email);
      var others = new ArrayList<ConsoleVisitor>();
      while (others.size() < 6) {
        var page = new ConsoleVisitor(browser, url);
        page.awaitSignedIn(email);
        page.go("#/events", "document.querySelector('main .live.open')");
        others.add(page);
      }
      first.placeOrder("Seen by all");
      others.forEach(page -> page.awaitCount("ol.events li", 1));

      first.tab().close();
      others.getFirst().placeOrder("Seen by those who are left");

      for (var page : others.subList(1, others.size())) {
        page.awaitCount("ol.events li", 2);
        page.wentWell();
      }
    }
  }

  @Test
  void oneClick_signsInWhomItSays_whoeverElseIsSignedInByNow() {
    try (var browser = browsers.open()) {
      var ada = new ConsoleVisitor(browser, url);
      var grace = new ConsoleVisitor(browser, url);
      grace.tab().awaitTrue("document.querySelector('#as-grace')");
      ada.tab().click("#as-ada");
      ada.awaitSignedIn("ada@example.com");

      grace.tab().click("#as-grace");

      grace.awaitSignedIn("grace@example.com");
    }
  }

  @Test
  void docsPages_signIn_byTheConsolesRedirect() {
    try (var browser = browsers.open()) {
      var tab = browser.newTab();
      tab.open("/docs");
      tab.click("#sign-in");
      tab.awaitHeading("Sign in");
      tab.fill("#username", email);
      tab.fill("#password", Person.PASSWORD);
      tab.press("Enter");

      tab.awaitTrue("document.querySelector('#who')?.textContent === '" + email + "'");
      assertThat(tab.evaluate("location.pathname + location.search").asString(""))
          .isEqualTo("/docs");
      tab.click("#sign-in");
      tab.awaitTrue("document.querySelector('#sign-in')?.textContent === 'Sign in'");
      assertThat(tab.evaluate("location.pathname").asString("")).isEqualTo("/docs");
    }
  }
}
