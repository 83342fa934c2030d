package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.users.MailedLinks;
import io.gatehouse.auth.users.MailedLinks.Answer;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sets a password by the link of a mail. Looking at the page uses nothing up, as programs that read
 * mails do; the form does, once. No page that it leads to learns the link: there is no referrer.
 */
@RestController
class ResetPage {
  private final Pages pages;
  private final MailedLinks mails;

  ResetPage(Pages pages, MailedLinks mails) {
    this.pages = pages;
    this.mails = mails;
  }

  /** The form and the link that it follows. */
  record Form(CsrfToken csrf, String link, Field password) {}

  @GetMapping("/reset")
  ResponseEntity<String> show(CsrfToken csrf, @RequestParam(defaultValue = "") String link) {
    return link.isEmpty() ? notValid(400) : form(200, csrf, link, null);
  }

  @PostMapping("/reset")
  ResponseEntity<String> reset(
      CsrfToken csrf,
      @RequestParam(defaultValue = "") String link,
      @RequestParam(defaultValue = "") String password) {
    return switch (mails.reset(link, password, Audit.ip())) {
      case Answer.Done _ -> done();
      case Answer.NotValid _ -> {
        Audit.record("password-reset", Outcome.REFUSED, null, null);
        yield notValid(422);
      }
      case Answer.Refused refused ->
          refused.problems().stream().anyMatch(problem -> problem.field().equals("link"))
              ? notValid(422)
              : form(400, csrf, link, Message.of(SignupPage.PASSWORD));
    };
  }

  private static ResponseEntity<String> done() {
    return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create("/login?reset")).build();
  }

  private ResponseEntity<String> notValid(int status) {
    return pages.show(status, "linkNotValid", null);
  }

  private ResponseEntity<String> form(
      int status, CsrfToken csrf, String link, @Nullable Message wrong) {
    var password = Field.newPassword("field.newPassword", wrong);
    return pages.show(status, "reset", new Form(csrf, link, password));
  }
}
