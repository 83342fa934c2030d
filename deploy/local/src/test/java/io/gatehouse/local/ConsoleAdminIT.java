package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An ADMIN's whole way through the console, in a real browser. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ConsoleAdminIT {
  private final RunningPlatform platform;
  private final Browsers browsers;
  private final URI url;

  ConsoleAdminIT(RunningPlatform platform) {
    this.platform = platform;
    this.browsers = new Browsers(platform);
    this.url = platform.url();
  }

  @Test
  void admin_managesPeople_orders_clients_keys_andSeesThePlatform() {
    var email = platform.newAccount();
    try (var browser = browsers.open()) {
      var grace = new ConsoleVisitor(browser, url);
      var tab = grace.tab();
      tab.click("#as-grace");
      grace.awaitSignedIn("grace@example.com");
      shipTheirOrder(grace, email);

      grace.go("#/users?email=" + email, "document.querySelectorAll('tbody tr').length === 1");
      grace.isAccessible("users");
      tab.click("tbody a");
      tab.click("input[name=roles][value=ADMIN]");
      tab.click("section form button[type=submit]");
      tab.awaitTrue("document.querySelector('p.said').textContent === 'Saved'");
      grace.isAccessible("user");
      endSignIns(grace, email);
      setPassword(grace, email);

      registerClient(grace);
      grace.go("#/keys", "document.querySelector('.badge.signing')");
      grace.isAccessible("keys");
      grace.go("#/platform", "document.querySelectorAll('.breaker-closed').length >= 3");
      tab.awaitTrue("document.querySelectorAll('polyline.p99').length > 5");
      tab.awaitTrue(
          "document.querySelector('section[aria-labelledby=security]').innerText.includes('auth-server')");
      readMail(grace, email);
      grace.isAccessible("platform");
      grace.wentWell();
    }
  }

  /** The one that the sign-up wrote, with its link. */
  private void readMail(ConsoleVisitor grace, String email) {
    var link = ".querySelector('a[href^=\"" + url + "/confirm?\"]')";
    var mail =
        "[...document.querySelectorAll('details')].find(one => one%s && one.textContent.includes('%s'))"
            .formatted(link, email);
    grace.tab().awaitTrue(mail);
    grace.tab().evaluate(mail + ".querySelector('summary').click()");
    grace.tab().awaitTrue(mail + ".open");
    assertThat(grace.tab().evaluate("(" + mail + ").innerText").asString("")).contains("/confirm?");
  }

  private void endSignIns(ConsoleVisitor grace, String email) {
    var tab = grace.tab();
    var token = platform.token(email, Person.PASSWORD);
    assertThat(platform.api().get("/api/users/me", token).status()).isEqualTo(200);
    tab.click("#open-end-all");
    tab.click("#end-all button[type=submit]");
    tab.awaitTrue("document.querySelector('p.said').textContent.startsWith('All sign-ins')");
    await().until(() -> platform.api().get("/api/users/me", token).status() == 401);
  }

  private void setPassword(ConsoleVisitor grace, String email) {
    var tab = grace.tab();
    platform.token(email, Person.PASSWORD);
    var user = tab.evaluate("location.hash").asString("");
    grace.go("#/users", "document.querySelector('users-view tbody a')");
    grace.go(user, "document.querySelector('#open-end-all')");
    tab.click("section:last-of-type .buttons button:not(.danger)");
    tab.fill("#new", Person.PASSWORD);
    tab.press("Enter");
    tab.awaitTrue("document.querySelector('p.said').textContent.startsWith('The password is set')");
    tab.awaitTrue("!document.querySelector('#open-end-all, #set-password[open]')");
  }

  private void shipTheirOrder(ConsoleVisitor grace, String email) {
    var token = platform.token(email, Person.PASSWORD);
    var order =
        platform.api().post("/api/orders", token, NewOrder.BODY).json().path("id").asString("");
    platform
        .api()
        .post(
            "/api/orders/" + order + "/payment", token, Map.of("method", "card", "reference", "r"));
    grace.go(
        "#/orders?customer=all", "document.querySelector('a[href=\"#/orders/" + order + "\"]')");
    grace.tab().click("a[href='#/orders/" + order + "']");
    grace.tab().click("#open-ship");
    grace.tab().fill("#carrier", "DHL");
    grace.tab().fill("#trackingNumber", "JD0146");
    grace.tab().press("Enter");
    grace.awaitStatus("Shipped");
    grace.tab().click("h1 ~ p.buttons button.primary");
    grace.awaitStatus("Delivered");
    grace.awaitCount("table.diff tbody tr", 1);
  }

  private static void registerClient(ConsoleVisitor grace) {
    var tab = grace.tab();
    var name = "Shop " + UUID.randomUUID();
    grace.go("#/clients", "document.querySelectorAll('.lines li').length >= 3");
    tab.click("#open-create");
    grace.isAccessible("new client");
    tab.fill("#name", name);
    tab.fill("#redirectUris", "https://shop.example.com/back");
    tab.click("#create button[type=submit]");
    tab.awaitTrue("document.querySelector('#secret code')?.textContent.length > 20");
    grace.isAccessible("clients");
    var first = tab.text("#secret code");
    tab.click("section.note button:not(.small)");
    tab.click("button[aria-label='New secret: " + name + "']");
    tab.click("#renew button[type=submit]");
    tab.awaitTrue("document.querySelector('#secret code')?.textContent.length > 20");
    assertThat(tab.text("#secret code")).isNotEqualTo(first);
    tab.click("section.note button:not(.small)");
    changeClient(grace, name);
    tab.click("button[aria-label='New secret: " + name + "!']");
    tab.click("#renew button[type=submit]");
    tab.awaitTrue("document.querySelector('#secret')");
    tab.click("button[aria-label='Remove: " + name + "!']");
    tab.click("#remove button[type=submit]");
    tab.awaitTrue("!document.body.innerText.includes('" + name + "')");
    tab.awaitTrue("!document.querySelector('#secret')");
  }

  private static void changeClient(ConsoleVisitor grace, String name) {
    var tab = grace.tab();
    tab.click("button[aria-label='Change: " + name + "']");
    tab.awaitTrue("document.querySelector('#create').open");
    assertThat(tab.evaluate("document.querySelector('#redirectUris').value").asString(""))
        .isEqualTo("https://shop.example.com/back");
    grace.isAccessible("a client");
    tab.fill("#redirectUris", "nowhere");
    tab.click("#create button[type=submit]");
    tab.awaitTrue("document.querySelector('#create .wrong')");
    // The browser tells each refusal, one that is meant, too.
    tab.forgetComplaints();
    tab.fill("#name", name + "!");
    tab.fill("#redirectUris", "https://shop.example.com/there");
    tab.fill("#scopes", "openid orders.read");
    tab.click("#create button[type=submit]");
    tab.awaitTrue("document.querySelector(\"button[aria-label='Change: " + name + "!']\")");
    tab.awaitTrue("!document.querySelector('#create').open");
    tab.click("button[aria-label='Change: " + name + "!']");
    tab.awaitTrue("document.querySelector('#create').open");
    assertThat(
            tab.evaluate(
                    "['redirectUris', 'scopes'].map(id => document.getElementById(id).value).join()")
                .asString(""))
        .isEqualTo("https://shop.example.com/there,openid orders.read");
    tab.press("Escape");
  }
}
