package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.BrowserTab;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The issuer's own pages in a real browser, each flow to its end by the keyboard alone, and every
 * page of them looked at by axe: in light and in dark, on a desk and on a phone.
 */
@Order(3)
class IssuerPagesIT extends IssuerPages {
  IssuerPagesIT(RunningPlatform platform) {
    super(platform);
  }

  @Test
  void newcomer_signsUp_confirmsTheAddress_changesAllOfTheAccount_andDeletesIt() {
    var email = newEmail();
    try (var browser = browser()) {
      var tab = browser.newTab();
      tab.withoutConditionalMediation();
      tab.open("/signup");
      arrive(tab, "Create an account");
      fill(tab, "#name", "Newcomer");
      fill(tab, "#email", email);
      fill(tab, "#password", Person.PASSWORD);
      tab.press("Enter");
      arrive(tab, "Sign in");
      fill(tab, "#password", Person.PASSWORD);
      tab.press("Enter");
      arrive(tab, "You are signed in");
      confirm(tab, email);

      follow(tab, "/account", "a[href=\"/account/name\"]", "Change your name");
      fill(tab, "#name", "Ada Byron");
      tab.press("Enter");
      arrive(tab, "Your account");
      assertThat(tab.text("main")).contains("Ada Byron");

      var address = newEmail();
      changeAddress(tab, address);
      changePassword(tab, address);
      endOthers(tab);
      delete(tab);
      // A browser notes an answer of 400: the password that was too short.
      assertThat(tab.complaints()).allMatch(one -> one.endsWith("/account/password"));
    }
  }

  private void changeAddress(BrowserTab tab, String wanted) {
    follow(tab, "/account", "a[href=\"/account/email\"]", "Change your email");
    fill(tab, "#email", wanted);
    tab.press("Enter");
    arrive(tab, "Your account");
    assertThat(tab.text("main")).contains("We sent a mail to " + wanted);
    confirm(tab, wanted);
    tab.open("/account");
    tab.awaitHeading("Your account");
    assertThat(tab.text("main")).contains(wanted).doesNotContain("We sent a mail");
  }

  private static void changePassword(BrowserTab tab, String email) {
    follow(tab, "/account", "a[href=\"/account/password\"]", "Change your password");
    fill(tab, "#current", Person.PASSWORD);
    fill(tab, "#new", "short");
    tab.press("Enter");
    tab.awaitTrue("document.querySelector('#new-wrong')");
    arrive(tab, "Change your password");
    fill(tab, "#current", Person.PASSWORD);
    fill(tab, "#new", NEW_PASSWORD);
    tab.press("Enter");
    arrive(tab, "Sign in");
    assertThat(tab.text("main")).contains("Your password is changed");
    fill(tab, "#username", email);
    fill(tab, "#password", NEW_PASSWORD);
    tab.press("Enter");
    arrive(tab, "You are signed in");
  }

  private static void endOthers(BrowserTab tab) {
    follow(tab, "/account", "a[href=\"/account/sign-ins\"]", "Where you are signed in");
    tabTo(tab, "button:not(.second)");
    tab.press("Enter");
    tab.awaitTrue("document.querySelector('.note')");
    arrive(tab, "Where you are signed in");
  }

  private static void delete(BrowserTab tab) {
    follow(tab, "/account", "a[href=\"/account/deletion\"]", "Delete your account?");
    tabTo(tab, "input[name=sure]");
    tab.press("Space");
    tabTo(tab, "button.bad");
    tab.press("Enter");
    arrive(tab, "Your account is deleted");
  }

  @Test
  void person_whoForgotThePassword_setsANewOne_byTheMailedLink() {
    var email = platform.newAccount();
    try (var browser = browser()) {
      var tab = browser.newTab();
      tab.withoutConditionalMediation();
      follow(tab, "/login", "a[href=\"/forgot\"]", "Forgot your password?");
      fill(tab, "#email", email);
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('.note.good')");
      arrive(tab, "Forgot your password?");

      var link = link(email, "/reset");
      tab.open(link);
      arrive(tab, "Set a new password");
      fill(tab, "#password", NEW_PASSWORD);
      tab.press("Enter");
      arrive(tab, "Sign in");
      fill(tab, "#username", email);
      fill(tab, "#password", NEW_PASSWORD);
      tab.press("Enter");
      arrive(tab, "You are signed in");
      assertThat(tab.complaints()).isEmpty();

      tab.open(link);
      tab.awaitHeading("Set a new password");
      fill(tab, "#password", NEW_PASSWORD);
      tab.press("Enter");
      arrive(tab, "This link does not work");
    }
  }

  @Test
  void passkey_isAdded_signsIn_andIsRemoved() {
    try (var browser = browser()) {
      var tab = browser.newTab();
      tab.addVirtualAuthenticator();
      tab.withoutConditionalMediation();
      signIn(tab, platform.newAccount());
      addPasskey(tab);

      signOut(tab);
      usePasskey(tab);

      tab.open("/account/passkeys");
      tab.awaitHeading("Your passkeys");
      tabTo(tab, "form:has([name=remove]) button");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('.note') && !document.querySelector('ul.lines h2')");
      arrive(tab, "Your passkeys");
      assertThat(tab.complaints()).isEmpty();
    }
  }

  /** Who knows nothing but the address keeps its owner out of nothing, and gets no further. */
  @Test
  void person_whoseAddressStrangersLocked_signsInByAPasskey_andTheyStayOut() {
    var email = platform.newAccount();
    try (var own = browser();
        var theirs = browser()) {
      var tab = own.newTab();
      tab.addVirtualAuthenticator();
      tab.withoutConditionalMediation();
      signIn(tab, email);
      addPasskey(tab);
      signOut(tab);
      var strangers = theirs.newTab();
      for (var i = 0; i < 10; i++) {
        guess(strangers, email, "a-wrong-guess-" + i);
      }
      guess(strangers, email, Person.PASSWORD);

      usePasskey(tab);

      guess(strangers, email, Person.PASSWORD);
    }
  }

  /** Tries a password in vain. */
  private static void guess(BrowserTab tab, String email, String password) {
    tab.open("/login");
    tab.awaitTrue("location.search === '' && document.readyState === 'complete'");
    tab.fill("#username", email);
    tab.fill("#password", password);
    tab.press("Enter");
    tab.awaitTrue("location.search.includes('error') && document.querySelector('#password')");
  }

  private static void addPasskey(BrowserTab tab) {
    follow(tab, "/account", "a[href=\"/account/passkeys\"]", "Your passkeys");
    tabTo(tab, "a.button");
    tab.press("Enter");
    tab.awaitTrue("document.activeElement?.id === 'name'");
    arrive(tab, "Your passkeys");
    fill(tab, "#name", "My phone");
    tab.press("Enter");
    tab.awaitTrue("document.querySelector('ul.lines h2')?.textContent === 'My phone'");
    arrive(tab, "Your passkeys");
  }

  private static void signOut(BrowserTab tab) {
    tab.open("/logout");
    arrive(tab, "Sign out?");
    tab.press("Enter");
    arrive(tab, "Sign in");
  }

  private static void usePasskey(BrowserTab tab) {
    tabTo(tab, "#use-passkey button");
    tab.press("Enter");
    arrive(tab, "You are signed in");
  }

  /** Proves an address by the link that was sent to it. */
  private void confirm(BrowserTab tab, String email) {
    tab.open(link(email, "/confirm"));
    arrive(tab, "Is this your address?");
    tabTo(tab, "button");
    tab.press("Enter");
    arrive(tab, "Address confirmed");
  }

  /** Goes by the keyboard from one page to the next. */
  private static void follow(BrowserTab tab, String from, String selector, String heading) {
    tab.open(from);
    tab.awaitTrue(
        "document.readyState === 'complete' && document.querySelector('" + selector + "')");
    arrive(tab, tab.text("h1"));
    tabTo(tab, selector);
    tab.press("Enter");
    arrive(tab, heading);
  }
}
