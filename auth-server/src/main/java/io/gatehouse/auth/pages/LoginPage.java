package io.gatehouse.auth.pages;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.passkeys.Ceremonies;
import io.gatehouse.auth.signin.ReturnTo;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The sign-in page. The form's post is taken by Spring Security's filter. */
@RestController
class LoginPage {
  // The same for a wrong password, an unknown account and a locked one.
  private static final String REFUSED =
      "That email and password do not match, or the account is locked for a while.";
  private static final String NO_PASSKEY =
      "That passkey is not known here, or the form was open for too long. Please try again.";
  private static final String EXPIRED =
      "This form was open for too long. Nothing is lost: please sign in again.";

  private final Pages pages;
  private final Clients clients;
  private final Ceremonies ceremonies;

  LoginPage(Pages pages, Clients clients, Ceremonies ceremonies) {
    this.ceremonies = ceremonies;
    this.pages = pages;
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
      return pages.showScripted(200, "signIn", form("Sign in", csrf, request, wanted, notice));
    }
    if (wanted.isEmpty()) {
      return pages.show(200, "signedIn", user.displayName());
    }
    return mayGoOn(user, wanted.get())
        ? pages.showScripted(200, "chooseAccount", choice(csrf, request, user, wanted.get()))
        : pages.showScripted(
            200,
            "signIn",
            form("Sign in again", csrf, request, wanted, again(notice, wanted.get())));
  }

  /** Why somebody is asked who is signed in. */
  private static @Nullable Notice again(@Nullable Notice notice, ReturnTo wanted) {
    return notice == null && wanted.isOfTheAccount()
        ? Notice.good("You signed in a while ago. What comes next needs it anew.")
        : notice;
  }

  /** The form again, for one that came without its hidden token: what it was for is kept. */
  ResponseEntity<String> expired(CsrfToken csrf, HttpServletRequest request) {
    var wanted = ReturnTo.ofSignIn(request);
    var form = form("Sign in", csrf, request, wanted, Notice.bad(EXPIRED));
    return pages.showScripted(403, "signIn", form);
  }

  private static @Nullable Notice notice(HttpServletRequest request) {
    if ("passkey".equals(request.getParameter("error"))) {
      return Notice.bad(NO_PASSKEY);
    }
    if (request.getParameter("error") != null) {
      return Notice.bad(REFUSED);
    }
    if (request.getParameter("signed-out") != null) {
      return Notice.good("You are signed out.");
    }
    if (request.getParameter("password-changed") != null) {
      return Notice.good("Your password is changed. Sign in with the new one.");
    }
    if (request.getParameter("reset") != null) {
      return Notice.good("Your new password is set. Sign in with it.");
    }
    return request.getParameter("signed-up") != null
        ? Notice.good("Your account is ready. Sign in with it.")
        : null;
  }

  /** Not when the application asked for a sign-in that is newer than this one. */
  private static boolean mayGoOn(SignedInUser user, ReturnTo wanted) {
    var since = wanted.parameters().get(ReturnTo.SIGNED_IN_SINCE);
    return since == null
        || !since.matches("[0-9]{1,15}")
        || !SignInIds.timeOf(user.signIn()).isBefore(Instant.ofEpochMilli(Long.parseLong(since)));
  }

  /**
   * The form and what stands around it.
   *
   * @param application which application sends the person here, if one does
   * @param wanted where the form leads
   * @param passkeyOptions what the browser asks a passkey, as JSON
   */
  record Form(
      String title,
      CsrfToken csrf,
      @Nullable Notice notice,
      @Nullable String application,
      @Nullable ReturnTo wanted,
      Field email,
      Field password,
      String passkeyOptions) {
    String signUpUrl() {
      return wanted == null ? "/signup" : "/signup?" + ReturnTo.PARAMETER + "=" + wanted.value();
    }
  }

  /** The way on as who is signed in, at {@code url}, or as somebody else. */
  record Choice(String url, String account, Form another) {}

  private Form form(
      String title,
      CsrfToken csrf,
      HttpServletRequest request,
      Optional<ReturnTo> wanted,
      @Nullable Notice notice) {
    var address = Typed.read(request).or(() -> hint(wanted)).orElse("");
    var typed = !address.isEmpty();
    return new Form(
        title,
        csrf,
        notice,
        application(wanted),
        wanted.orElse(null),
        new Field("username", "Email", "email", "username webauthn", !typed, address, null, null),
        new Field("password", "Password", "password", "current-password", typed, "", null, null),
        ceremonies.requestOptions());
  }

  private static Optional<String> hint(Optional<ReturnTo> wanted) {
    return wanted.map(to -> to.parameters().get("login_hint")).filter(hint -> hint.length() < 255);
  }

  private @Nullable String application(Optional<ReturnTo> wanted) {
    return wanted
        .map(to -> clients.findByClientId(to.parameters().getOrDefault("client_id", "")))
        .map(RegisteredClient::getClientName)
        .orElse(null);
  }

  private Choice choice(
      CsrfToken csrf, HttpServletRequest request, SignedInUser user, ReturnTo wanted) {
    return new Choice(
        wanted.url(),
        user.displayName(),
        form("Go on as", csrf, request, Optional.of(wanted), null));
  }
}
