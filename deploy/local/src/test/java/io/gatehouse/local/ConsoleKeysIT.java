package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An ADMIN at the console changes the keys that tokens are signed with. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ConsoleKeysIT {
  private static final String SIGNING =
      "[...document.querySelectorAll('.lines li')].find(li => li.querySelector('.signing'))";
  private static final String NEXT =
      "[...document.querySelectorAll('.lines li')].find(li => li.querySelector('.published'))";

  private final RunningPlatform platform;
  private final Browsers browsers;
  private final URI url;

  ConsoleKeysIT(RunningPlatform platform) {
    this.platform = platform;
    this.browsers = new Browsers(platform);
    this.url = platform.url();
  }

  @Test
  void admin_rotates_takesTheLeakedKeyOut_andGoesOn() {
    var ada = platform.newAccount();
    try (var browser = browsers.open()) {
      var grace = new ConsoleVisitor(browser, url);
      var tab = grace.tab();
      tab.click("#as-grace");
      grace.awaitSignedIn("grace@example.com");
      grace.go("#/keys", SIGNING);
      var leaked = kid(grace, SIGNING);
      var token = platform.token(ada, Person.PASSWORD);

      rotate(grace, "A new key is published");
      tab.awaitTrue(NEXT);
      var next = kid(grace, NEXT);
      assertThat(next).isNotEqualTo(leaked);
      assertThat(kid(grace, SIGNING)).isEqualTo(leaked);
      rotate(grace, "The next key is published already and waits for its turn");
      assertThat(kid(grace, NEXT)).isEqualTo(next);
      grace.wentWell();

      tab.click("button[aria-label='It has leaked: " + leaked + "']");
      assertThat(tab.text("#leaked code")).isEqualTo(leaked);
      grace.isAccessible("a leaked key");
      tab.click("#leaked button[type=submit]");
      tab.awaitTrue("document.querySelector('p.said').textContent === 'The key is out of use'");
      tab.awaitTrue("!document.querySelector('main').innerText.includes('" + leaked + "')");
      assertThat(kid(grace, SIGNING)).isEqualTo(next);
      await().until(() -> platform.api().get("/api/users/me", token).status() == 401);

      grace.go("#/users?email=" + ada, "document.querySelectorAll('tbody tr').length === 1");
      grace.awaitSignedIn("grace@example.com");
      servicesCallEachOther(ada);
    }
  }

  private static void rotate(ConsoleVisitor grace, String said) {
    grace.tab().click("main p.buttons > button.primary");
    grace.tab().click("#rotate button[type=submit]");
    grace.tab().awaitTrue("document.querySelector('p.said').textContent === '" + said + "'");
    grace.tab().awaitTrue("!document.querySelector('#rotate').open");
  }

  private static String kid(ConsoleVisitor grace, String line) {
    return grace.tab().evaluate(line + ".querySelector('code').textContent").asString("");
  }

  /** A deleted user's orders are cancelled by a call that user-service's events bring about. */
  private void servicesCallEachOther(String email) {
    var api = platform.api();
    var token = platform.token(email, Person.PASSWORD);
    // Every service knows the key that took over within 5 s.
    await().until(() -> api.get("/api/orders", token).status() == 200);
    await().until(() -> api.get("/api/users/me", token).status() == 200);
    var placed = api.post("/api/orders", token, NewOrder.BODY);
    assertThat(placed.status()).isEqualTo(201);
    var order = "/api/orders/" + placed.json().path("id").asString("");
    var user = "/api/users/" + placed.json().path("customerId").asString("");
    assertThat(api.send("DELETE", user, token, Map.of()).status()).isEqualTo(204);
    var admin = platform.personToken("grace@example.com");
    await()
        .until(() -> api.get(order, admin).json().path("status").asString("").equals("CANCELLED"));
  }
}
