package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.users.OwnAccount;
import io.gatehouse.auth.users.OwnAccount.Outcome;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.platform.SecurityEvents;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Replaces the password; afterwards everybody who was signed in, here too, signs in with it. */
@RestController
class PasswordPage {
  private static final String PATH = "/account/password";

  private final Pages pages;
  private final OwnAccount accounts;
  private final RecentSignIn recent;
  private final BrowserSession session;

  PasswordPage(Pages pages, OwnAccount accounts, RecentSignIn recent, BrowserSession session) {
    this.pages = pages;
    this.accounts = accounts;
    this.recent = recent;
    this.session = session;
  }

  /**
   * Where programs that keep passwords send people (W3C, A Well-Known URL for Changing Passwords).
   */
  @GetMapping("/.well-known/change-password")
  ResponseEntity<String> wellKnown() {
    return ResponseEntity.status(HttpStatus.FOUND).location(URI.create(PATH)).build();
  }

  @GetMapping(PATH)
  ResponseEntity<String> ask(@AuthenticationPrincipal SignedInUser user, CsrfToken csrf) {
    return recent.ask(user, PATH, () -> form(200, csrf, null));
  }

  @PostMapping(PATH)
  ResponseEntity<String> change(
      @AuthenticationPrincipal SignedInUser user,
      CsrfToken csrf,
      @RequestParam(defaultValue = "") String current,
      @RequestParam(name = "new", defaultValue = "") String replacement,
      HttpServletRequest request) {
    return recent.ask(
        user,
        PATH,
        () ->
            switch (accounts.changePassword(user, current, replacement)) {
              case Outcome.Done _ -> {
                Audit.record("password-change", SecurityEvents.Outcome.ALLOWED, user.id(), null);
                session.end(request, user);
                yield ResponseEntity.status(HttpStatus.SEE_OTHER)
                    .location(URI.create("/login?password-changed"))
                    .build();
              }
              case Outcome.Refused refused -> {
                Audit.record("password-change", SecurityEvents.Outcome.REFUSED, user.id(), null);
                yield form(400, csrf, refused);
              }
            });
  }

  private ResponseEntity<String> form(
      int status, CsrfToken csrf, Outcome.@Nullable Refused refused) {
    var wrong = AccountForm.wrong(refused, "new");
    var startsAtNew = wrong != null && AccountForm.wrong(refused, "current") == null;
    var current =
        new Field(
            "current",
            "field.currentPassword",
            "password",
            "current-password",
            !startsAtNew,
            "",
            null,
            AccountForm.wrong(refused, "current"));
    var replacement =
        new Field(
            "new",
            "field.newPassword",
            "password",
            "new-password",
            startsAtNew,
            "",
            SignupPage.PASSWORD,
            wrong);
    return pages.show(
        status,
        "accountForm",
        new AccountForm(
            PATH,
            "changePassword.title",
            "changePassword.text",
            "account.changePassword",
            csrf,
            status == 200 ? null : AccountForm.wrong(),
            List.of(current, replacement)));
  }
}
