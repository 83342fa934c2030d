package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Chromium;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Amounts, times and errors as the console says them. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ConsoleTermsIT {
  private final RunningPlatform platform;
  private final Browsers browsers;
  private final URI url;
  private final String email;

  ConsoleTermsIT(RunningPlatform platform) {
    this.platform = platform;
    this.browsers = new Browsers(platform);
    this.url = platform.url();
    this.email = platform.newAccount();
  }

  private ConsoleVisitor signedIn(Chromium browser) {
    return ConsoleVisitor.signedIn(browser, url, email);
  }

  @Test
  void amounts_haveTheDecimalsOfTheirCurrency() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var dinars = placed(visitor, "KWD", "1.234", "3");
      assertThat(dinars.shown()).contains("KWD", "3.702");
      assertThat(dinars.total()).isEqualTo(3702);
      changeItems(visitor);
      visitor.tab().awaitTrue("document.querySelectorAll('table.diff ins').length === 3");
      assertThat(visitor.tab().text("table.diff"))
          .contains("KWD", "1.234", "2.000", "4.000")
          .contains("Item 1, Quantity", "Item 1, Price each", "Total")
          .doesNotContain("unitPrice", "items[");
      hasRoom(visitor);
      var yen = placed(visitor, "JPY", "1500", "2");
      assertThat(yen.shown()).contains("¥3,000").doesNotContain(".");
      assertThat(yen.total()).isEqualTo(3000);

      visitor.go("#/orders/new", "document.querySelector('new-order-view #item-0-sku')");
      fill(visitor, "JPY", "15.50", "1");
      visitor.tab().awaitTrue("document.querySelector('#item-0-unitPrice-wrong')");
      assertThat(visitor.tab().text("#item-0-unitPrice-wrong")).contains("1230");
      visitor.wentWell();
    }
  }

  /** No table of an order is cut on a phone. */
  private static void hasRoom(ConsoleVisitor visitor) {
    visitor.size(320, 900);
    assertThat(
            visitor.isTrue(
                "[...document.querySelectorAll('.table')].every(one => one.scrollWidth <="
                    + " one.clientWidth)"))
        .isTrue();
    visitor.size(1280, 900);
  }

  private static void inGerman(ConsoleVisitor visitor) {
    visitor.tab().evaluate("document.querySelector('#language').value = 'de'");
    visitor
        .tab()
        .evaluate("document.querySelector('#language').dispatchEvent(new Event('change'))");
  }

  @Test
  void emptyForm_isToldAllThatIsMissing_inTheReadersLanguage() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      inGerman(visitor);
      visitor.go("#/orders/new", "document.querySelector('new-order-view #item-0-sku')");
      tab.click("new-order-view button[type=submit]");
      tab.awaitTrue("document.querySelectorAll('.item .wrong').length === 3");
      assertThat(tab.text("#item-0-sku-wrong")).isEqualTo("darf nicht leer sein");
      tab.awaitTrue("document.activeElement.matches('#item-0-sku[aria-invalid=true]')");

      fill(visitor, "EUR", "12,30", "1");
      tab.awaitTrue("document.querySelector('#verify')");
      tab.click("#verify");
      tab.awaitTrue("document.querySelector('#verified.good')");
      assertThat(tab.text("#verified")).contains("Ihre eine Fassung");
    }
  }

  @Test
  void fault_thatThePlatformTold_isSaidInGerman_whereItIs() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      inGerman(visitor);
      visitor.go("#/orders/new", "document.querySelector('new-order-view #item-0-sku')");
      tab.evaluate("document.querySelector('details').open = true");
      tab.fill("#address-name", "Ada");
      tab.fill("#address-line1", "12 St James Square");
      tab.fill("#address-city", "London");
      tab.fill("#address-country", "xx");
      tab.evaluate("document.querySelector('details').open = false");
      fill(visitor, "EUR", "12,30", "1");

      // What is wrong is folded away, until it is.
      tab.awaitTrue("document.activeElement.id === 'address-country'");
      assertThat(tab.text("#address-country-wrong")).startsWith("muss ein Land nach ISO 3166 sein");
      assertThat(tab.text("main [role=alert] li"))
          .startsWith("Land, zwei Buchstaben: muss ein Land");
      assertThat(
              visitor.isTrue(
                  "document.querySelector('#address-country').matches('[aria-invalid=true][aria-describedby=address-country-wrong]')"))
          .isTrue();
      assertThat(visitor.isTrue("document.querySelector('main [lang=en]')")).isFalse();
      visitor.isAccessible("an address that is refused");
    }
  }

  @Test
  void removedItem_leavesTheFocus_atTheOneInItsPlace() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.go("#/orders/new", "document.querySelector('new-order-view #item-0-sku')");
      tab.click("form > .buttons button");
      tab.awaitTrue("document.activeElement.id === 'item-1-sku'");
      visitor.tabTo("fieldset:nth-of-type(2) button");
      tab.press("Enter");

      tab.awaitTrue("document.activeElement.id === 'item-0-sku'");
    }
  }

  /** An order as the page shows its total and as the API has it. */
  private record Total(String shown, int total) {}

  private Total placed(ConsoleVisitor visitor, String currency, String price, String quantity) {
    visitor.go("#/orders/new", "document.querySelector('new-order-view #item-0-sku')");
    fill(visitor, currency, price, quantity);
    var tab = visitor.tab();
    tab.awaitTrue("document.querySelector('.columns strong')");
    var order = tab.evaluate("location.hash.split('/')[2]").asString("");
    var token = platform.token(email, Person.PASSWORD);
    return new Total(
        tab.text(".columns strong"),
        platform.api().get("/api/orders/" + order, token).json().path("total").asInt());
  }

  /** Two for 2.000 each in place of three for 1.234. */
  private static void changeItems(ConsoleVisitor visitor) {
    var tab = visitor.tab();
    tab.click("#open-change");
    tab.fill("#item-0-quantity", "2");
    tab.fill("#item-0-unitPrice", "2.000");
    tab.press("Enter");
    tab.awaitTrue("!document.querySelector('#change').open");
  }

  private static void fill(ConsoleVisitor visitor, String currency, String price, String quantity) {
    var tab = visitor.tab();
    tab.evaluate("document.querySelector('#currency').value = '" + currency + "'");
    tab.evaluate("document.querySelector('#currency').dispatchEvent(new Event('change'))");
    tab.fill("#item-0-sku", "TEA-1");
    tab.fill("#item-0-name", "Assam");
    tab.fill("#item-0-quantity", quantity);
    tab.fill("#item-0-unitPrice", price);
    tab.press("Enter");
  }

  @Test
  void times_areTheReaders_withTheExactOneAtHand() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      tab.call("Emulation.setTimezoneOverride", Map.of("timezoneId", "Asia/Kolkata"));
      visitor.placeOrder("Assam");
      tab.awaitTrue("document.querySelector('.facts time')");

      var exact = tab.evaluate("document.querySelector('.facts time').title").asString("");
      assertThat(exact).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
      var there = Instant.parse(exact).atZone(ZoneId.of("Asia/Kolkata"));
      assertThat(tab.text(".facts time"))
          .contains(there.format(DateTimeFormatter.ofPattern("h:mm:ss", Locale.US)));

      assertThat(tab.text("#zone")).contains("Asia/");
      visitor.tabTo("#zone");
      tab.press("End");
      var utc = exact.replace('T', ' ').replace("Z", " UTC");
      tab.awaitTrue("document.querySelector('.facts time').textContent === '" + utc + "'");
      visitor.reload();
      visitor.awaitSignedIn(email);
      tab.awaitTrue("document.querySelector('.facts time')?.textContent === '" + utc + "'");
    }
  }

  @Test
  void error_namesItsCodeAndRequest_toCopy() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.go(
          "#/orders/" + UUID.randomUUID(), "document.querySelector('main [role=alert] .copyable')");

      assertThat(tab.text("main [role=alert] code")).isEqualTo("NOT_FOUND");
      var request = tab.text("main [role=alert] .copyable code");
      assertThat(request).matches("[A-Za-z0-9._-]{1,64}");
      tab.click("main [role=alert] .copyable button");
      // What the browser does not let copy is selected.
      tab.awaitTrue(
          "document.querySelector('p.said').textContent === 'Copied' || getSelection().toString() === '"
              + request
              + "'");
      visitor.isAccessible("an order that is not there");
    }
  }

  @Test
  void fault_thatThePlatformTold_isNamedByTheFieldsLabel() {
    try (var browser = browsers.open()) {
      var visitor = signedIn(browser);
      var tab = visitor.tab();
      visitor.go("#/orders/new", "document.querySelector('new-order-view #item-0-sku')");
      fill(visitor, "EUR", "12.30", "0");

      tab.awaitTrue("document.querySelector('main [role=alert] li')");
      assertThat(tab.text("main [role=alert] li")).startsWith("Item 1, Quantity: must be ");
      visitor.isAccessible("an order that is refused");
    }
  }
}
