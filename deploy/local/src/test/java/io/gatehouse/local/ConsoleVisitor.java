package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.BrowserTab;
import io.gatehouse.testing.Chromium;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Somebody at the console, in a tab of a browser. */
final class ConsoleVisitor {
  private final BrowserTab tab;
  private final Set<String> origins;

  ConsoleVisitor(Chromium browser, URI url) {
    this(browser, url, url + "/console/");
  }

  /** Visits a console that may be elsewhere than the platform. */
  ConsoleVisitor(Chromium browser, URI platform, String console) {
    this.tab = browser.newTab();
    this.origins =
        Stream.of(platform, URI.create(console))
            .map(one -> one.resolve("/").toString())
            .collect(Collectors.toSet());
    tab.call("Page.navigate", Map.of("url", console));
  }

  /** Somebody who has an account, signed in at the platform's own console. */
  static ConsoleVisitor signedIn(Chromium browser, URI url, String email) {
    var visitor = new ConsoleVisitor(browser, url);
    visitor.signIn(email, Person.PASSWORD);
    return visitor;
  }

  BrowserTab tab() {
    return tab;
  }

  /** From the welcome by the sign-in page back to the console. */
  void signIn(String email, String password) {
    tab.click("#sign-in");
    tab.awaitHeading("Sign in");
    tab.fill("#username", email);
    tab.fill("#password", password);
    tab.press("Enter");
    awaitSignedIn(email);
  }

  void awaitSignedIn(String email) {
    tab.awaitTrue("document.querySelector('.email')?.textContent === '" + email + "'");
  }

  /** Opens a view and waits until it is there. */
  void go(String view, String condition) {
    tab.evaluate("location.hash = '" + view + "'");
    tab.awaitTrue(condition);
  }

  /** Loads the page anew, as the browser's own button does. */
  void reload() {
    tab.evaluate("document.body.dataset.old = 'yes'");
    tab.evaluate("location.reload()");
    tab.awaitTrue("!document.body.dataset.old");
  }

  boolean isTrue(String expression) {
    return tab.evaluate("!!(" + expression + ")").asBoolean(false);
  }

  void awaitCount(String selector, int atLeast) {
    tab.awaitTrue("document.querySelectorAll('" + selector + "').length >= " + atLeast);
  }

  /** Places one item of 12.30 EUR; leaves at the order, whose id it gives. */
  String placeOrder(String name) {
    go("#/orders/new", "document.querySelector('#item-0-sku')");
    tab.fill("#item-0-sku", "TEA-1");
    tab.fill("#item-0-name", name);
    tab.fill("#item-0-unitPrice", "12.30");
    tab.press("Enter");
    tab.awaitTrue("document.querySelector('#version')");
    return tab.evaluate("location.hash.split('/')[2].split('?')[0]").asString("");
  }

  void pay() {
    tab.click("#open-pay");
    tab.fill("#reference", "pay-4711");
    tab.press("Enter");
    awaitStatus("Paid");
  }

  void awaitStatus(String status) {
    tab.awaitTrue("document.querySelector('h1 .badge')?.textContent === '" + status + "'");
  }

  /** The next list of orders is refused once, as the platform would. */
  void refuseOnce(int status, String code, int retryAfter) {
    tab.evaluate(
        """
            { const real = window.fetch; let times = 0;
              window.fetch = (url, options) => String(url).includes('/api/orders?') && times++ < 1
                ? Promise.resolve(new Response(JSON.stringify({ error: { code: '%s', message: 'no', details: [], requestId: 'r' } }),
                    { status: %d, headers: { 'Retry-After': '%d' } }))
                : real(url, options); }\
            """
            .formatted(code, status, retryAfter));
  }

  /** In light and in dark, on a desk and on a phone of 320 px. */
  void isAccessible(String view) {
    Accessibility.check(tab, view, List.of(1280, 320));
  }

  /** Light or dark. */
  void scheme(String scheme) {
    Accessibility.scheme(tab, scheme);
  }

  /** Waits until the first route's line has so many points. */
  void awaitPlotOf(int points) {
    tab.awaitTrue(
        "document.querySelector('polyline.rate').getAttribute('points').split(' ').length >= "
            + points);
  }

  void size(int width, int height) {
    Accessibility.size(tab, width, height);
  }

  /** Goes on by the keyboard alone until an element has the focus, and shows it. */
  void tabTo(String selector) {
    Accessibility.tabTo(tab, selector);
  }

  /** Nobody complained, and nothing was asked of another host than console's and platform's. */
  void wentWell() {
    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.requests())
        .isNotEmpty()
        .allSatisfy(
            request -> assertThat(origins).contains(URI.create(request).resolve("/").toString()));
  }
}
