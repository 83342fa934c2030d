package io.gatehouse.auth.pages;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.passkeys.Ceremonies;
import io.gatehouse.auth.signin.ReturnTo;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.web.PageLanguage;
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
      return pages.showScripted(200, "signIn", form("signIn", csrf, request, wanted, notice));
    }
    if (wanted.isEmpty()) {
      return pages.show(200, "signedIn", user.displayName());
    }
    return mayGoOn(user, wanted.get())
        ? pages.showScripted(200, "chooseAccount", choice(csrf, request, user, wanted.get()))
        : pages.showScripted(
            200,
            "signIn",
            form("signIn.again", csrf, request, wanted, again(notice, wanted.get())));
  }

  /** Why somebody is asked who is signed in. */
  private static @Nullable Notice again(@Nullable Notice notice, ReturnTo wanted) {
    return notice == null && wanted.isOfTheAccount() ? Notice.good("signIn.anew") : notice;
  }

  /** The form again, for one that came without its hidden token: what it was for is kept. */
  ResponseEntity<String> expired(CsrfToken csrf, HttpServletRequest request) {
    var wanted = ReturnTo.ofSignIn(request);
    var form = form("signIn", csrf, request, wanted, Notice.bad("signIn.expired"));
    return pages.showScripted(403, "signIn", form);
  }

  private static @Nullable Notice notice(HttpServletRequest request) {
    if ("passkey".equals(request.getParameter("error"))) {
      return Notice.bad("signIn.noPasskey");
    }
    if (request.getParameter("error") != null) {
      // The same for a wrong password, an unknown account and a locked one.
      return Notice.bad("signIn.refused");
    }
    if (request.getParameter("signed-out") != null) {
      return Notice.good("signIn.signedOut");
    }
    if (request.getParameter("password-changed") != null) {
      return Notice.good("signIn.passwordChanged");
    }
    if (request.getParameter("reset") != null) {
      return Notice.good("signIn.reset");
    }
    return request.getParameter("signed-up") != null ? Notice.good("signIn.signedUp") : null;
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
   * @param title the key of its heading
   * @param application which application sends the person here, if one does
   * @param wanted where the form leads
   * @param passkeyOptions what the browser asks a passkey, as JSON
   * @param forgotUrl the way on without the password
   */
  record Form(
      String title,
      CsrfToken csrf,
      @Nullable Notice notice,
      @Nullable String application,
      @Nullable ReturnTo wanted,
      Field email,
      Field password,
      String passkeyOptions,
      String forgotUrl) {
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
        new Field(
            "username", "field.email", "email", "username webauthn", !typed, address, null, null),
        new Field(
            "password", "field.password", "password", "current-password", typed, "", null, null),
        ceremonies.requestOptions(),
        PageLanguage.keep(request, "/forgot"));
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
        form("signIn.goOnAs", csrf, request, Optional.of(wanted), null));
  }
}
