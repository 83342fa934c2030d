package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.auth.StandInUsers.Account;
import io.gatehouse.testing.BrowserTab;
import io.gatehouse.testing.Chromium;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** A passkey in a real browser, by the keyboard alone. */
class PasskeyBrowserTest extends AuthServerTest {

  @Test
  void passkey_addedByTheKeyboard_signsInByTheKeyboard() {
    var program = Chromium.find();
    assumeTrue(program.isPresent(), "there is no Chromium on the PATH: nothing was tried");
    var ada = USERS.readableAccount();
    try (var chromium = new Chromium(program.get(), URI.create(PUBLIC_URL), port)) {
      var browser = chromium.newTab();
      browser.addVirtualAuthenticator();
      browser.withoutConditionalMediation();
      signIn(browser, ada);
      browser.open("/account/passkeys?add");
      browser.awaitHeading("Your passkeys");
      browser.awaitTrue("document.activeElement.id === 'name'");

      browser.type("My phone");
      browser.press("Enter");

      browser.awaitHeading("Your passkeys");
      browser.awaitTrue("document.querySelector('[role=status].note')");
      assertThat(browser.text("[role=status].note")).isEqualTo("The passkey is added.");
      assertThat(browser.text("ul.lines h2")).isEqualTo("My phone");

      browser.open("/logout");
      browser.awaitHeading("Sign out?");
      browser.press("Enter");
      browser.awaitHeading("Sign in");
      browser.evaluate("document.querySelector('#use-passkey button').focus()");
      browser.press("Enter");

      browser.awaitHeading("You are signed in");
    }
  }

  private static void signIn(BrowserTab browser, Account account) {
    browser.open("/login");
    browser.awaitHeading("Sign in");
    browser.type(account.email());
    browser.press("Tab");
    browser.type(StandInUsers.PASSWORD);
    browser.press("Enter");
    browser.awaitHeading("You are signed in");
  }
}
