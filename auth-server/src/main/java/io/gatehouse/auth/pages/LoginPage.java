package io.gatehouse.auth.pages;

import io.gatehouse.auth.pages.Page.Field;
import io.gatehouse.auth.users.SignedInUser;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Sign-in and sign-out. The forms' posts are taken by Spring Security's filters. */
@RestController
class LoginPage {
  // The same for a wrong password, an unknown account and a locked one.
  private static final String REFUSED =
      "That email and password do not match, or the account is locked for a while.";

  private final Page page;

  LoginPage(Page page) {
    this.page = page;
  }

  @GetMapping("/login")
  ResponseEntity<String> login(
      CsrfToken csrf,
      @AuthenticationPrincipal @Nullable SignedInUser user,
      @RequestParam(required = false) @Nullable String error,
      @RequestParam(name = "signed-out", required = false) @Nullable String signedOut,
      @RequestParam(name = "signed-up", required = false) @Nullable String signedUp) {
    return user != null && error == null ? signedIn(user) : form(csrf, error, signedOut, signedUp);
  }

  @GetMapping("/logout")
  ResponseEntity<String> logout(
      CsrfToken csrf, @AuthenticationPrincipal @Nullable SignedInUser user) {
    if (user == null) {
      return page.show("Signed out", Html.of("<p>You are not signed in.</p>%s", again()));
    }
    return page.show(
        "Sign out?",
        Html.of(
            """
            <p>You are signed in as <strong>%s</strong>. Signing out also ends what applications \
            were given through this browser.</p>
            <form method="post" action="/logout">%s<button type="submit" autofocus>Sign out</button>
            </form>
            """,
            user.displayName(), Page.csrf(csrf)));
  }

  private ResponseEntity<String> form(
      CsrfToken csrf,
      @Nullable String error,
      @Nullable String signedOut,
      @Nullable String signedUp) {
    var notice =
        error != null
            ? Page.bad(REFUSED)
            : signedOut != null
                ? Page.good("You are signed out.")
                : signedUp != null
                    ? Page.good("Your account is ready. Sign in with it.")
                    : Html.NOTHING;
    var email = new Field("username", "Email", "email", "username", true, null, null, null);
    var password =
        new Field("password", "Password", "password", "current-password", false, null, null, null);
    return page.show(
        "Sign in",
        Html.of(
            """
            %s<form method="post" action="/login">%s%s%s
            <button type="submit">Sign in</button></form>
            <p class="after">New here? <a href="/signup">Create an account</a></p>
            """,
            notice, Page.csrf(csrf), Page.field(email), Page.field(password)));
  }

  private ResponseEntity<String> signedIn(SignedInUser user) {
    return page.show(
        "You are signed in",
        Html.of(
            """
            <p>As <strong>%s</strong>. You can close this page, or go on:</p>
            <p><a href="/activate">Connect a device</a></p>
            <p><a href="/logout">Sign out</a></p>
            """,
            user.displayName()));
  }

  private static Html again() {
    return new Html("<p><a class=\"button\" href=\"/login\">Sign in</a></p>");
  }
}
