package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.BrowserTab;
import io.gatehouse.testing.Chromium;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Addresses of the console that somebody else made up. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ConsoleAddressesIT {
  private final Browsers browsers;
  private final URI url;
  private final String email;

  ConsoleAddressesIT(RunningPlatform platform) {
    this.browsers = new Browsers(platform);
    this.url = platform.url();
    this.email = platform.newAccount();
  }

  private ConsoleVisitor signedIn(Chromium browser) {
    return ConsoleVisitor.signedIn(browser, url, email);
  }

  /** Nothing of an address but an id gets into the path of a call, which carries a token. */
  @Test
  void addressOfNothing_isSaidToBeNone_andCallsNothing() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      var order = visitor.placeOrder("Assam");
      for (var odd :
          List.of(
              "%E0%A4%A", "..%2fusers%2fme", "%2e%2e", order + "%23", order + "%3f", "__proto__")) {
        visitor.go("#/orders", "document.querySelector('tbody a')");
        var asked = calls(tab);
        visitor.go("#/orders/" + odd, "document.querySelector('h1')?.textContent !== 'Orders'");
        assertThat(tab.text("h1")).as(odd).isEqualTo("There is no such page");
        assertThat(calls(tab)).as(odd).isEqualTo(asked);
      }
      tab.evaluate("location.hash = '#/orders/%E0%A4%A'");
      visitor.reload();
      tab.awaitHeading("There is no such page");
      visitor.wentWell();
    }
  }

  private static long calls(BrowserTab tab) {
    return tab.requests().stream()
        .filter(one -> URI.create(one).getPath().startsWith("/api/"))
        .count();
  }

  @Test
  void versionThatIsNone_isTheNearest() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      var order = "#/orders/" + visitor.placeOrder("Assam");
      visitor.pay();
      for (var past : List.of("99", "-5", "0.5", "x")) {
        visitor.go("#/orders", "document.querySelector('tbody a')");
        visitor.go(order + "?version=" + past, "document.querySelector('table.diff ins')");
        assertThat(tab.text("label[for=version]")).as(past).isEqualTo("Version 2 of 2");
      }
      visitor.go(order + "?version=1.9", "document.querySelector('.columns .badge')");
      tab.awaitTrue(
          "document.querySelector('label[for=version]').textContent === 'Version 1 of 2'");
      visitor.wentWell();
    }
  }

  /** An answer that this tab did not ask for is none: whoever was signed in stays so. */
  @Test
  void answerOfAStrangersLink_changesNothing() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      for (var forged :
          List.of("error=x", "error=access_denied&state=", "code=abc&state=xyz", "code=abc")) {
        tab.open("/console/?" + forged + "#/account");
        visitor.awaitSignedIn(email);
        tab.awaitHeading("My account");
        assertThat(tab.evaluate("location.search").asString("-")).as(forged).isEmpty();
      }
      visitor.wentWell();
    }
  }
}
