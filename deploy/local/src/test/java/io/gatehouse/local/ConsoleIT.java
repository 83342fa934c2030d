package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** People at the console, each in a real browser. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ConsoleIT {
  private final RunningPlatform platform;
  private final Browsers browsers;
  private final URI url;

  ConsoleIT(RunningPlatform platform) {
    this.platform = platform;
    this.browsers = new Browsers(platform);
    this.url = platform.url();
  }

  @Test
  void newcomer_signsUp_orders_pays_slides_andSeesWhatHappensElsewhere() {
    var email = UUID.randomUUID() + "@example.com";
    try (var one = browsers.open();
        var two = browsers.open()) {
      var here = new ConsoleVisitor(one, url);
      signUp(here, email);
      var order = here.placeOrder("Assam");
      here.pay();
      slide(here);
      here.go("#/events", "document.querySelectorAll('.events li').length >= 2");

      var there = new ConsoleVisitor(two, url);
      there.signIn(email, Person.PASSWORD);
      there.go("#/orders/" + order, "document.querySelector('#open-cancel')");
      there.tab().click("#open-cancel");
      there.tab().fill("#reason", "Changed my mind");
      there.tab().press("Enter");
      there.awaitStatus("Cancelled");
      there
          .tab()
          .awaitTrue(
              "document.querySelector('.typed dd')?.textContent.trim() === 'Changed my mind'");

      here.awaitCount(".events li", 3);
      assertThat(here.tab().text(".events li strong")).isEqualTo("Order cancelled");
      here.isAccessible("events");
      here.go("#/orders", "document.querySelector('tbody .badge')?.textContent === 'Cancelled'");
      here.isAccessible("orders");
      here.tab().click("#sign-out");
      here.tab().awaitHeading("Welcome to Gatehouse");
      assertThat(
              here.tab()
                  .evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
                  .asString())
          .doesNotContain("eyJ");
      here.wentWell();
      there.wentWell();
    }
  }

  private static void signUp(ConsoleVisitor visitor, String email) {
    var tab = visitor.tab();
    tab.open("/");
    tab.awaitHeading("Welcome to Gatehouse");
    visitor.isAccessible("welcome");
    tab.click("#sign-up");
    tab.awaitHeading("Create an account");
    tab.fill("#name", "Newcomer");
    tab.fill("#email", email);
    tab.fill("#password", Person.PASSWORD);
    tab.press("Enter");
    tab.awaitHeading("Sign in");
    tab.fill("#password", Person.PASSWORD);
    tab.press("Enter");
    visitor.awaitSignedIn(email);
    tab.awaitTrue("document.querySelector('.empty')");
    visitor.isAccessible("no orders");
  }

  private static void slide(ConsoleVisitor visitor) {
    var tab = visitor.tab();
    tab.awaitTrue("document.querySelector('table.diff ins')?.textContent === 'Paid'");
    tab.focus("#version");
    tab.press("ArrowLeft");
    tab.awaitTrue("document.querySelector('label[for=version]').textContent === 'Version 1 of 2'");
    tab.awaitTrue("document.querySelector('.columns .badge')?.textContent === 'Placed'");
    assertThat(tab.evaluate("document.querySelector('#version').ariaValueText").asString(""))
        .startsWith("Version 1 of 2: Order placed, ");
    assertThat(tab.evaluate("location.hash").asString("")).endsWith("?version=1");
    tab.click("#verify");
    tab.awaitTrue("document.querySelector('#verified.good')");
    visitor.isAccessible("order");
    tab.press("End");
    tab.evaluate("document.querySelector('#version').focus()");
    tab.press("End");
    tab.awaitTrue("document.querySelector('.columns .badge')?.textContent === 'Paid'");
  }

  @Test
  void person_managesTheirAccount_andDeletesIt() {
    var email = platform.newAccount();
    platform.token(email, Person.PASSWORD);
    platform.token(email, Person.PASSWORD);
    try (var browser = browsers.open()) {
      var visitor = new ConsoleVisitor(browser, url);
      var tab = visitor.tab();
      visitor.signIn(email, Person.PASSWORD);
      visitor.go("#/account", "document.querySelectorAll('section .lines li').length === 3");
      visitor.isAccessible("account");
      tab.click("section .lines li button");
      tab.awaitTrue("document.querySelectorAll('section .lines li').length === 2");
      tab.click("#end-others");
      tab.awaitTrue("document.querySelectorAll('section .lines li').length === 1");

      tab.fill("#name", "Ada Byron");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('p.said').textContent === 'Saved'");
      tab.fill("#email", "new-" + email);
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('p.note')?.textContent.includes('new-" + email + "')");
      tab.awaitTrue("document.querySelector('#email').value === '" + email + "'");
      tab.fill("#current", Person.PASSWORD);
      tab.fill("#new", "another-long-password");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('p.said').textContent.startsWith('The password is')");
      tab.evaluate("document.querySelector('#language').value = 'de'");
      tab.evaluate("document.querySelector('#language').dispatchEvent(new Event('change'))");
      tab.awaitHeading("Mein Konto");
      visitor.isAccessible("account in German");

      tab.click("section button.danger");
      tab.fill("#confirm", "somebody else");
      tab.press("Enter");
      tab.awaitTrue("document.activeElement.matches('#confirm[aria-invalid=true]')");
      assertThat(tab.text("#confirm-wrong")).isEqualTo("muss Ihre E-Mail-Adresse sein");
      assertThat(tab.text("#delete [role=alert]")).isEmpty();
      tab.fill("#confirm", email);
      tab.press("Enter");
      tab.awaitHeading("Willkommen bei Gatehouse");
      assertThat(tab.text("main [role=status]")).isEqualTo("Ihr Konto ist gelöscht.");
      tab.awaitTrue("document.activeElement.tagName === 'H1'");
      visitor.wentWell();
    }
  }

  @Test
  void everything_works_byTheKeyboardAlone() {
    var email = platform.newAccount();
    try (var browser = browsers.open()) {
      var visitor = new ConsoleVisitor(browser, url);
      var tab = visitor.tab();
      tab.awaitHeading("Welcome to Gatehouse");
      visitor.tabTo("#sign-in");
      tab.press("Enter");
      tab.awaitHeading("Sign in");
      visitor.tabTo("#username");
      tab.type(email);
      visitor.tabTo("#password");
      tab.type(Person.PASSWORD);
      tab.press("Enter");
      visitor.awaitSignedIn(email);

      visitor.tabTo("nav a[href=\"#/orders/new\"]");
      tab.press("Enter");
      tab.awaitTrue("document.activeElement.textContent === 'New order'");
      visitor.tabTo("#item-0-sku");
      tab.type("TEA-1");
      tab.press("Tab");
      tab.type("Assam");
      tab.press("Tab");
      tab.press("Tab");
      tab.type("3");
      visitor.tabTo("main button[type=submit]");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('#version')");

      visitor.tabTo("#open-pay");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('#pay').open");
      tab.press("Escape");
      tab.awaitTrue("document.activeElement.id === 'open-pay'");
      tab.press("Space");
      visitor.tabTo("#reference");
      tab.type("pay-1");
      tab.press("Enter");
      visitor.awaitStatus("Paid");
      // The button that had opened the dialog is gone.
      tab.awaitTrue("document.activeElement.tagName === 'H1'");
      visitor.tabTo("#version");
      tab.press("Home");
      tab.awaitTrue("document.querySelector('.columns .badge')?.textContent === 'Placed'");
      visitor.tabTo("#sign-out");
      tab.press("Enter");
      tab.awaitHeading("Welcome to Gatehouse");
      visitor.wentWell();
    }
  }
}
