package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.users.OwnAccount;
import io.gatehouse.auth.users.OwnAccount.Account;
import io.gatehouse.auth.users.OwnAccount.Details;
import io.gatehouse.auth.users.OwnAccount.Outcome;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A person's account: what it is, and its name and address. */
@RestController
class AccountPage {
  private static final String NAME = "/account/name";
  private static final String EMAIL = "/account/email";

  /** The message when it is come back to, by the parameter that says so. */
  private static final Map<String, String> DONE =
      Map.of(
          "name-changed", "account.nameChanged",
          "email-changed", "account.emailChanged");

  private final Pages pages;
  private final OwnAccount accounts;
  private final RecentSignIn recent;
  private final BrowserSession session;

  AccountPage(Pages pages, OwnAccount accounts, RecentSignIn recent, BrowserSession session) {
    this.pages = pages;
    this.accounts = accounts;
    this.recent = recent;
    this.session = session;
  }

  /** What the page shows. */
  record Overview(@Nullable Notice notice, Account account) {}

  @GetMapping("/account")
  ResponseEntity<String> show(
      @AuthenticationPrincipal SignedInUser user, HttpServletRequest request) {
    var account = account(user);
    return pages.show(200, "account", new Overview(notice(request, account), account));
  }

  private static @Nullable Notice notice(HttpServletRequest request, Account account) {
    return DONE.entrySet().stream()
        .filter(done -> request.getParameter(done.getKey()) != null)
        // Message by the line of the address itself while its owner has not followed the link.
        .filter(_ -> account.pendingEmail() == null)
        .map(done -> Notice.good(done.getValue()))
        .findFirst()
        .orElse(null);
  }

  @GetMapping(NAME)
  ResponseEntity<String> askName(@AuthenticationPrincipal SignedInUser user, CsrfToken csrf) {
    return nameForm(200, csrf, account(user).name(), null);
  }

  @PostMapping(NAME)
  ResponseEntity<String> changeName(
      @AuthenticationPrincipal SignedInUser user,
      CsrfToken csrf,
      @RequestParam(defaultValue = "") String name,
      HttpServletRequest request) {
    var wanted = name.strip();
    return switch (accounts.change(user, known -> new Details(known.email(), wanted))) {
      case Outcome.Done _ -> {
        session.rename(request, user, wanted);
        yield AccountForm.done("name-changed");
      }
      case Outcome.Refused refused -> nameForm(400, csrf, name, refused);
    };
  }

  private ResponseEntity<String> nameForm(
      int status, CsrfToken csrf, String name, Outcome.@Nullable Refused refused) {
    var wrong = AccountForm.wrong(refused, "name");
    var field = new Field("name", "field.name", "text", "name", true, name, null, wrong);
    return show(
        status,
        new AccountForm(
            NAME,
            "changeName.title",
            null,
            "account.changeName",
            csrf,
            status == 200 ? null : AccountForm.wrong(),
            List.of(field)));
  }

  @GetMapping(EMAIL)
  ResponseEntity<String> askEmail(@AuthenticationPrincipal SignedInUser user, CsrfToken csrf) {
    return recent.ask(user, EMAIL, () -> emailForm(200, csrf, account(user).email(), null));
  }

  @PostMapping(EMAIL)
  ResponseEntity<String> changeEmail(
      @AuthenticationPrincipal SignedInUser user,
      CsrfToken csrf,
      @RequestParam(defaultValue = "") String email) {
    return recent.ask(
        user,
        EMAIL,
        () ->
            switch (accounts.change(user, known -> new Details(email.strip(), known.name()))) {
              case Outcome.Done _ -> {
                Audit.record("email-change", SecurityEvents.Outcome.ALLOWED, user.id(), null);
                yield AccountForm.done("email-changed");
              }
              case Outcome.Refused refused -> emailForm(400, csrf, email, refused);
            });
  }

  private ResponseEntity<String> emailForm(
      int status, CsrfToken csrf, String email, Outcome.@Nullable Refused refused) {
    var wrong = AccountForm.wrong(refused, "email");
    var field = new Field("email", "field.email", "email", "email", true, email, null, wrong);
    return show(
        status,
        new AccountForm(
            EMAIL,
            "changeEmail.title",
            null,
            "account.changeEmail",
            csrf,
            status == 200 ? null : AccountForm.wrong(),
            List.of(field)));
  }

  private ResponseEntity<String> show(int status, AccountForm form) {
    return pages.show(status, "accountForm", form);
  }

  private Account account(SignedInUser user) {
    return accounts
        .read(user)
        .orElseThrow(() -> ApiException.of(ErrorCode.NOT_FOUND, "There is no such account"));
  }
}
