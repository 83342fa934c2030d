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
 * Makes an account by the link of a mail, where sign-ups tell nobody who has one. The password is
 * typed here, by whoever reads the address's mail: anybody may have filled in {@link SignupPage}.
 */
@RestController
class FinishSignUpPage {
  private final Pages pages;
  private final MailedLinks mails;

  FinishSignUpPage(Pages pages, MailedLinks mails) {
    this.pages = pages;
    this.mails = mails;
  }

  /** The form and the link that it follows. */
  record Form(CsrfToken csrf, String link, Field password) {}

  @GetMapping(path = "/signup", params = "link")
  ResponseEntity<String> show(CsrfToken csrf, @RequestParam String link) {
    return link.isEmpty() ? notValid(400) : form(200, csrf, link, null);
  }

  @PostMapping(path = "/signup", params = "link")
  ResponseEntity<String> finish(
      CsrfToken csrf, @RequestParam String link, @RequestParam(defaultValue = "") String password) {
    return switch (mails.finishSignUp(link, password, Audit.ip())) {
      case Answer.Done _ -> done();
      case Answer.NotValid _ -> {
        Audit.record("sign-up", Outcome.REFUSED, null, null);
        yield notValid(422);
      }
      case Answer.Refused refused ->
          refused.problems().stream().anyMatch(problem -> problem.field().equals("link"))
              ? notValid(422)
              : form(400, csrf, link, Message.of(SignupPage.PASSWORD));
    };
  }

  private static ResponseEntity<String> done() {
    Audit.record("sign-up", Outcome.ALLOWED, null, null);
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .location(URI.create("/login?signed-up"))
        .build();
  }

  private ResponseEntity<String> notValid(int status) {
    return pages.show(status, "signUpLinkNotValid", null);
  }

  private ResponseEntity<String> form(
      int status, CsrfToken csrf, String link, @Nullable Message wrong) {
    var password = Field.newPassword("field.password", wrong);
    return pages.show(status, "finishSignUp", new Form(csrf, link, password));
  }
}
