package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.users.OwnAccount;
import io.gatehouse.auth.users.OwnAccount.Outcome;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Deletes the account, after a second question. */
@RestController
class DeletionPage {
  private static final String PATH = "/account/deletion";

  private final Pages pages;
  private final OwnAccount accounts;
  private final RecentSignIn recent;
  private final BrowserSession session;

  DeletionPage(Pages pages, OwnAccount accounts, RecentSignIn recent, BrowserSession session) {
    this.pages = pages;
    this.accounts = accounts;
    this.recent = recent;
    this.session = session;
  }

  /**
   * What the page asks; {@code wrong} is the message where the second question was not answered.
   */
  record Form(CsrfToken csrf, String account, @Nullable String wrong) {}

  @GetMapping(PATH)
  ResponseEntity<String> ask(@AuthenticationPrincipal SignedInUser user, CsrfToken csrf) {
    return recent.ask(user, PATH, () -> pages.show(200, "deleteAccount", form(user, csrf, null)));
  }

  @PostMapping(PATH)
  ResponseEntity<String> delete(
      @AuthenticationPrincipal SignedInUser user,
      CsrfToken csrf,
      @RequestParam(defaultValue = "") String sure,
      HttpServletRequest request) {
    return recent.ask(
        user,
        PATH,
        () ->
            sure.equals("yes")
                ? delete(user, request)
                : pages.show(400, "deleteAccount", form(user, csrf, "deletion.wrong")));
  }

  private ResponseEntity<String> delete(SignedInUser user, HttpServletRequest request) {
    return switch (accounts.delete(user)) {
      case Outcome.Done _ -> {
        Audit.record("account-deletion", SecurityEvents.Outcome.ALLOWED, user.id(), null);
        session.end(request, user);
        yield pages.show("accountDeleted");
      }
      case Outcome.Refused _ -> throw ApiException.of(ErrorCode.CONFLICT);
    };
  }

  private static Form form(SignedInUser user, CsrfToken csrf, @Nullable String wrong) {
    return new Form(csrf, user.displayName(), wrong);
  }
}
