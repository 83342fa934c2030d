package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Chromium;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Going from view to view, and how little room each needs. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ConsoleViewsIT {
  private final RunningPlatform platform;
  private final Browsers browsers;
  private final URI url;
  private final String email;

  ConsoleViewsIT(RunningPlatform platform) {
    this.platform = platform;
    this.browsers = new Browsers(platform);
    this.url = platform.url();
    this.email = platform.newAccount();
  }

  private ConsoleVisitor signedIn(Chromium browser) {
    return ConsoleVisitor.signedIn(browser, url, email);
  }

  @Test
  void backAndForward_showTheRightView_withItsData() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.go("#/orders", "document.querySelector('.empty')");
      var order = visitor.placeOrder("Assam");
      visitor.pay();
      tab.focus("#version");
      tab.press("ArrowLeft");
      awaitFirstVersion(visitor);
      visitor.go("#/orders/" + order + "/", "document.querySelector('#version')");
      tab.evaluate("history.back()");
      awaitFirstVersion(visitor);
      visitor.go("#/events", "document.querySelectorAll('.events li').length === 2");
      visitor.go("#/account", "document.querySelector('#email')?.value === '" + email + "'");

      tab.evaluate("history.back()");
      tab.awaitHeading("Live events");
      visitor.awaitCount(".events li", 2);
      tab.evaluate("history.back()");
      awaitFirstVersion(visitor);
      assertThat(tab.evaluate("location.hash").asString(""))
          .isEqualTo("#/orders/" + order + "?version=1");
      tab.evaluate("history.back()");
      tab.awaitHeading("New order");
      tab.awaitTrue("document.querySelector('#item-0-sku').value === ''");
      tab.evaluate("history.back()");
      tab.awaitHeading("Orders");
      tab.awaitTrue("document.querySelector('tbody a[href=\"#/orders/" + order + "\"]')");
      tab.awaitTrue("document.querySelector('tbody .badge').textContent === 'Paid'");

      tab.evaluate("history.go(2)");
      awaitFirstVersion(visitor);
      tab.evaluate("history.go(2)");
      tab.awaitHeading("My account");
      tab.awaitTrue("document.querySelector('#email').value === '" + email + "'");
      visitor.go("#/orders", "document.querySelector('tbody .badge')?.textContent === 'Paid'");
      filterAndGoBack(visitor);
      visitor.wentWell();
    }
  }

  /** The filter says what the list shows; the back button changes both. */
  private static void filterAndGoBack(ConsoleVisitor visitor) {
    var tab = visitor.tab();
    tab.evaluate("document.querySelector('#status').value = 'SHIPPED'");
    tab.evaluate("document.querySelector('#status').dispatchEvent(new Event('change'))");
    tab.awaitTrue("document.querySelector('.empty')");
    tab.evaluate("history.back()");
    tab.awaitTrue("document.querySelector('tbody .badge')?.textContent === 'Paid'");
    tab.awaitTrue("document.querySelector('#status').value === ''");
  }

  private static void awaitFirstVersion(ConsoleVisitor visitor) {
    var tab = visitor.tab();
    tab.awaitTrue("document.querySelector('label[for=version]')?.textContent === 'Version 1 of 2'");
    tab.awaitTrue("document.querySelector('.columns .badge')?.textContent === 'Placed'");
  }

  @Test
  void backToTheSignIn_andForward_isSignedIn() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      tab.awaitTrue("document.querySelector('.empty')");

      tab.evaluate("history.back()");
      tab.awaitTrue("location.pathname !== '/console/' || !document.querySelector('.empty')");
      tab.evaluate("history.forward()");
      visitor.awaitSignedIn(email);
      tab.awaitHeading("Orders");
      tab.awaitTrue("document.querySelector('.empty')");
    }
  }

  /** As if the token's time had passed: what the page does is the same. */
  @Test
  void expiredToken_isRenewedOnce_andNobodyIsAsked() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      tab.awaitTrue("document.querySelector('.live.open')");
      var before = redeemed(visitor);
      tab.evaluate("{ const real = Date.now; Date.now = () => real() + 3_600_000; }");

      // Several calls at once, which need a token each.
      visitor.go("#/account", "document.querySelectorAll('section .lines li').length === 1");
      visitor.go("#/orders", "document.querySelector('.empty')");

      assertThat(redeemed(visitor)).isEqualTo(before + 1);
      visitor.awaitSignedIn(email);
      visitor.wentWell();
    }
  }

  private static long redeemed(ConsoleVisitor visitor) {
    return visitor.tab().requests().stream().filter(one -> one.endsWith("/oauth2/token")).count();
  }

  @Test
  void passkey_isListed_andRemoved() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      tab.addVirtualAuthenticator();
      tab.open("/account/passkeys");
      tab.awaitHeading("Your passkeys");
      tab.click("a.button");
      tab.awaitTrue("document.activeElement?.id === 'name'");
      tab.fill("#name", "My phone");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('ul.lines h2')?.textContent === 'My phone'");

      tab.open("/console/#/account");
      visitor.awaitSignedIn(email);
      var remove = "button[aria-label='Remove: My phone']";
      tab.awaitTrue("document.querySelector(\"" + remove + "\")");
      visitor.isAccessible("a passkey");
      tab.click(remove);
      tab.awaitTrue("!document.querySelector(\"" + remove + "\")");
      var token = platform.token(email, Person.PASSWORD);
      assertThat(platform.api().get("/api/me/passkeys", token).json().path("items")).isEmpty();
      visitor.wentWell();
    }
  }

  @Test
  void everyView_hasRoomOnAPhone_andAtTwiceItsSize_inBothLanguages() {
    try (var browser = browsers.open()) {
      var grace = new ConsoleVisitor(browser, url);
      grace.tab().click("#as-grace");
      grace.awaitSignedIn("grace@example.com");
      grace.placeOrder("Darjeeling First Flush, ein Tee mit einem langen Namen");
      var order = grace.tab().evaluate("location.hash").asString("");
      for (var language : List.of("en", "de")) {
        grace.tab().evaluate("document.querySelector('#language').value = '" + language + "'");
        grace
            .tab()
            .evaluate("document.querySelector('#language').dispatchEvent(new Event('change'))");
        fits(grace, order, "document.querySelector('#verify')");
        grace.tab().click("#open-change");
        grace.tab().awaitTrue("document.querySelector('#change').open");
        fits(grace, "change");
        grace.tab().press("Escape");
        fits(grace, "#/orders?customer=all", "document.querySelector('orders-view tbody a')");
        fits(grace, "#/orders/new", "document.querySelector('new-order-view #item-0-sku')");
        fits(grace, "#/events", "document.querySelector('events-view .live.open')");
        fits(grace, "#/account", "document.querySelector('account-view .lines li')");
        fits(grace, "#/users", "document.querySelector('users-view tbody a')");
        fits(grace, userOf(grace), "document.querySelector('user-view input[name=roles]')");
        fits(grace, "#/clients", "document.querySelector('clients-view .lines li')");
        fits(grace, "#/keys", "document.querySelector('keys-view .badge.signing')");
        fits(grace, "#/platform", "document.querySelector('platform-view .breaker-closed')");
        fits(grace, "#/nowhere", "document.querySelector('main a[href=\"#/orders\"]')");
      }
      grace.wentWell();
    }
  }

  private static String userOf(ConsoleVisitor grace) {
    return grace
        .tab()
        .evaluate("document.querySelector('tbody a').getAttribute('href')")
        .asString("");
  }

  private static void fits(ConsoleVisitor grace, String view, String condition) {
    grace.go(view, condition);
    fits(grace, view);
  }

  /** 640 px are 1280 at 200 %. */
  private static void fits(ConsoleVisitor grace, String view) {
    Accessibility.check(grace.tab(), view, List.of(640, 320));
  }
}
