package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.Chromium;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Somebody at the console while a part of the platform is away; nobody where there is no Chromium.
 */
final class ConsoleUnderFault implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String ORDERS =
      "[...document.querySelectorAll('tbody tr')]"
          + ".find(row => row.cells[0].textContent === 'order-service')";

  private final @Nullable Chromium browser;
  private final @Nullable ConsoleVisitor visitor;

  /** Signs in as an ADMIN and waits for the live events. */
  ConsoleUnderFault(RunningPlatform platform) {
    var url = platform.url();
    browser = Chromium.find().map(found -> new Chromium(found, url, url.getPort())).orElse(null);
    visitor = browser == null ? null : new ConsoleVisitor(browser, url);
    if (visitor != null) {
      visitor.tab().click("#as-grace");
      visitor.awaitSignedIn("grace@example.com");
      visitor.tab().awaitTrue("document.querySelector('.live.open')");
    }
  }

  /**
   * order-service is away: the page says so, shows its breaker open, and says what to tell whoever
   * runs the platform.
   *
   * @param call somebody's call of order-service, which fails
   */
  void misses(Runnable call) {
    if (visitor != null) {
      visitor.tab().awaitTrue("document.querySelector('.live.waiting')");
      visitor.go("#/platform", "document.querySelectorAll('.breaker-closed').length >= 2");
      await()
          .atMost(SOON)
          .until(
              () -> {
                call.run();
                return visitor.isTrue(ORDERS + "?.querySelector('.breaker-open')");
              });
      visitor.tab().awaitTrue(ORDERS + ".querySelector('.instance-silent, .wrong')");
      assertThat(visitor.tab().text(".breaker-open")).isEqualTo("open");
      visitor.isAccessible("an open breaker");
      visitor.go("#/orders?status=PAID", "document.querySelector('p.waiting, [role=alert]')");
      visitor.tab().awaitTrue("document.querySelector('main [role=alert] code')");
      visitor.isAccessible("an error");
    }
  }

  /** It is back: so are the events and the view, by themselves. */
  void recovers() {
    if (visitor != null) {
      visitor.tab().awaitTrue("document.querySelector('.live.open')");
      visitor.tab().awaitTrue("document.querySelector('tbody, .empty')");
      visitor.go("#/platform", ORDERS + "?.querySelector('.breaker-closed')");
      visitor.tab().awaitTrue(ORDERS + ".querySelector('.instance-up')");
    }
  }

  void looksAtEvents() {
    if (visitor != null) {
      visitor.go("#/events", "document.querySelector('main .live.open')");
    }
  }

  /** The page says that it hears nothing. */
  void isCutOff() {
    if (visitor != null) {
      visitor.tab().awaitTrue("document.querySelector('.live.waiting')");
    }
  }

  /** That an order was placed is among the live events, or comes. */
  void sees(String order) {
    if (visitor != null) {
      visitor.awaitCount(".events a[href^=\"#/orders/" + order + "\"]", 1);
    }
  }

  /**
   * Everything so far went on in the page that was opened: it has complained of its connection
   * alone, shows what it is asked for, and a reload asks nothing.
   */
  void sawNothingTwice_andIsSignedIn() {
    if (visitor != null) {
      var tab = visitor.tab();
      tab.awaitTrue("document.querySelector('.live.open')");
      assertThat(
              tab.evaluate(
                      "[...document.querySelectorAll('.events a')].map(link => link.getAttribute('href')).join()")
                  .asString("")
                  .split(",", -1))
          .hasSizeGreaterThanOrEqualTo(3)
          .doesNotHaveDuplicates();
      visitor.go("#/account", "document.querySelector('section .lines li')");
      visitor.awaitSignedIn("grace@example.com");
      assertThat(tab.complaints())
          .allSatisfy(one -> assertThat(one).startsWith("Failed to load resource: "));
      tab.evaluate("document.body.dataset.old = 'yes'");
      tab.evaluate("location.reload()");
      tab.awaitTrue("!document.body.dataset.old && document.querySelector('section .lines li')");
      visitor.awaitSignedIn("grace@example.com");
    }
  }

  @Override
  public void close() {
    if (browser != null) {
      browser.close();
    }
  }
}
