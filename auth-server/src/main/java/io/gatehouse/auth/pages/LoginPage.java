package io.gatehouse.auth.pages;

import io.gatehouse.auth.ReturnTo;
import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.pages.Page.Field;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The sign-in page. The form's post is taken by Spring Security's filter. */
@RestController
class LoginPage {
  // The same for a wrong password, an unknown account and a locked one.
  private static final String REFUSED =
      "That email and password do not match, or the account is locked for a while.";
  private static final String EXPIRED =
      "This form was open for too long. Nothing is lost: please sign in again.";

  private final Page page;
  private final Clients clients;

  LoginPage(Page page, Clients clients) {
    this.page = page;
    this.clients = clients;
  }

  @GetMapping("/login")
  ResponseEntity<String> login(
      CsrfToken csrf,
      @AuthenticationPrincipal @Nullable SignedInUser user,
      HttpServletRequest request) {
    var wanted = ReturnTo.read(request.getParameter(ReturnTo.PARAMETER));
    var notice = notice(request);
    if (user == null || request.getParameter("error") != null) {
      return page.show("Sign in", form(csrf, request, wanted, notice));
    }
    if (wanted.isEmpty()) {
      return page.show("You are signed in", signedIn(user));
    }
    return mayGoOn(user, wanted.get())
        ? page.show("Go on as", choice(csrf, request, user, wanted.get()))
        : page.show("Sign in again", form(csrf, request, wanted, notice));
  }

  /** The form again, for one that came without its hidden token: what it was for is kept. */
  ResponseEntity<String> expired(CsrfToken csrf, HttpServletRequest request) {
    var wanted = ReturnTo.ofSignIn(request);
    return page.show(403, "Sign in", form(csrf, request, wanted, Page.bad(EXPIRED)));
  }

  private static Html notice(HttpServletRequest request) {
    if (request.getParameter("error") != null) {
      return Page.bad(REFUSED);
    }
    if (request.getParameter("signed-out") != null) {
      return Page.good("You are signed out.");
    }
    return request.getParameter("signed-up") != null
        ? Page.good("Your account is ready. Sign in with it.")
        : Html.NOTHING;
  }

  /** Not when the application asked for a sign-in that is newer than this one. */
  private static boolean mayGoOn(SignedInUser user, ReturnTo wanted) {
    var since = wanted.parameters().get("signed_in_since");
    return since == null
        || !since.matches("[0-9]{1,15}")
        || !SignInIds.timeOf(user.signIn()).isBefore(Instant.ofEpochMilli(Long.parseLong(since)));
  }

  private Html form(
      CsrfToken csrf, HttpServletRequest request, Optional<ReturnTo> wanted, Html notice) {
    var address = Typed.read(request).or(() -> hint(wanted)).orElse(null);
    var email =
        new Field("username", "Email", "email", "username", address == null, address, null, null);
    var password =
        new Field(
            "password",
            "Password",
            "password",
            "current-password",
            address != null,
            null,
            null,
            null);
    return Html.of(
        """
        %s%s<form method="post" action="/login">%s%s%s%s
        <button type="submit">Sign in</button></form>
        <p class="after">New here? <a href="/signup%s">Create an account</a></p>
        """,
        notice,
        application(wanted),
        Page.csrf(csrf),
        Page.returnTo(wanted),
        Page.field(email),
        Page.field(password),
        wanted.map(to -> "?" + ReturnTo.PARAMETER + "=" + to.value()).orElse(""));
  }

  private static Optional<String> hint(Optional<ReturnTo> wanted) {
    return wanted.map(to -> to.parameters().get("login_hint")).filter(hint -> hint.length() < 255);
  }

  /** Which application sends the person here. */
  private Html application(Optional<ReturnTo> wanted) {
    return wanted
        .map(to -> clients.findByClientId(to.parameters().getOrDefault("client_id", "")))
        .map(client -> Html.of("<p>to go on to <strong>%s</strong></p>", client.getClientName()))
        .orElse(Html.NOTHING);
  }

  private Html choice(
      CsrfToken csrf, HttpServletRequest request, SignedInUser user, ReturnTo wanted) {
    return Html.of(
        """
        <p><a class="button" href="%s">%s</a></p>
        <h2>Or with another account</h2>
        %s
        """,
        wanted.url(), user.displayName(), form(csrf, request, Optional.of(wanted), Html.NOTHING));
  }

  private static Html signedIn(SignedInUser user) {
    return Html.of(
        """
        <p>As <strong>%s</strong>. You can close this page, or go on:</p>
        <p><a href="/activate">Connect a device</a></p>
        <p><a href="/logout">Sign out</a></p>
        """,
        user.displayName());
  }
}
