package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.users.MailedLinks;
import io.gatehouse.auth.users.MailedLinks.Answer;
import io.gatehouse.auth.users.SignedInUser;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Confirms an address by the link that was sent to it: by a button, since programs read mails. */
@RestController
class ConfirmPage {
  private final Pages pages;
  private final MailedLinks mails;

  ConfirmPage(Pages pages, MailedLinks mails) {
    this.pages = pages;
    this.mails = mails;
  }

  /** The form and the link that it follows. */
  record Form(CsrfToken csrf, String link) {}

  @GetMapping("/confirm")
  ResponseEntity<String> show(CsrfToken csrf, @RequestParam(defaultValue = "") String link) {
    return link.isEmpty()
        ? pages.show(400, "linkNotValid", null)
        : pages.show(200, "confirm", new Form(csrf, link));
  }

  @PostMapping("/confirm")
  ResponseEntity<String> confirm(
      @AuthenticationPrincipal @Nullable SignedInUser user,
      @RequestParam(defaultValue = "") String link) {
    return switch (mails.confirm(link, user, Audit.ip())) {
      case Answer.Done _ -> pages.show("confirmed");
      case Answer.NotValid _, Answer.Refused _ -> pages.show(422, "linkNotValid", null);
    };
  }
}
