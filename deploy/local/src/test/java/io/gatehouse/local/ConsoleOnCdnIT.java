package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console's files on another origin than the platform, which it reaches by CORS. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ConsoleOnCdnIT {
  private final RunningPlatform platform;
  private final Browsers browsers;
  private final URI url;

  ConsoleOnCdnIT(RunningPlatform platform) {
    this.platform = platform;
    this.browsers = new Browsers(platform);
    this.url = platform.url();
  }

  @Test
  void person_signsIn_orders_reloads_andSignsOut_fromAnotherOrigin() {
    var email = platform.newAccount();
    try (var copy = new ConsoleCopy(url, registered());
        var browser =
            browsers.open(
                Map.of(
                    url.getAuthority(),
                    url.getPort(),
                    URI.create(ConsoleCopy.ORIGIN).getAuthority() + ":80",
                    copy.port()))) {
      var visitor = new ConsoleVisitor(browser, url, ConsoleCopy.ORIGIN + "/");
      var tab = visitor.tab();
      tab.awaitHeading("Welcome to Gatehouse");
      assertThat(tab.evaluate("document.querySelectorAll('.demo').length").asInt(-1)).isZero();
      tab.click("#sign-in");
      tab.awaitHeading("Sign in");
      tab.fill("#username", email);
      tab.fill("#password", Person.PASSWORD);
      tab.press("Enter");
      tab.awaitHeading("Allow Console on a CDN?");
      tab.click("button:not(.second)");
      visitor.awaitSignedIn(email);
      assertThat(tab.evaluate("location.href").asString("")).startsWith(ConsoleCopy.ORIGIN + "/");

      visitor.placeOrder("Assam");
      visitor.pay();
      tab.awaitTrue("document.querySelector('.live.open')");
      visitor.go("#/events", "document.querySelectorAll('.events li').length >= 2");
      tab.evaluate("document.body.dataset.old = 'yes'");
      tab.evaluate("location.reload()");
      tab.awaitTrue("!document.body.dataset.old");
      visitor.awaitSignedIn(email);
      tab.awaitHeading("Live events");

      tab.click("#sign-out");
      tab.awaitTrue("document.querySelector('#sign-in')");
      assertThat(tab.evaluate("location.origin").asString("")).isEqualTo(ConsoleCopy.ORIGIN);
      visitor.wentWell();
    }
  }

  private String registered() {
    var grace = platform.personToken("grace@example.com");
    var made = platform.api().post("/api/clients", grace, ConsoleCopy.registration());
    assertThat(made.status()).isEqualTo(201);
    return made.json().path("id").asString("");
  }
}
