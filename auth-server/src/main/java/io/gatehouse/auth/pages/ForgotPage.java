package io.gatehouse.auth.pages;

import io.gatehouse.auth.users.MailedLinks;
import io.gatehouse.auth.users.MailedLinks.Answer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Asks for the mail by which a new password is set. The answer is the same for any address. */
@RestController
class ForgotPage {
  private static final String SENT =
      "If an account has this address, a mail is on its way to it. Its link works for 30 minutes.";

  private final Pages pages;
  private final MailedLinks mails;

  ForgotPage(Pages pages, MailedLinks mails) {
    this.pages = pages;
    this.mails = mails;
  }

  /** The form; {@code email} is null once the mail was asked for. */
  record Form(CsrfToken csrf, @Nullable Notice notice, @Nullable Field email) {}

  @GetMapping("/forgot")
  ResponseEntity<String> show(CsrfToken csrf) {
    return pages.show(200, "forgot", new Form(csrf, null, field("", null)));
  }

  @PostMapping("/forgot")
  ResponseEntity<String> ask(CsrfToken csrf, @RequestParam(defaultValue = "") String email) {
    return switch (mails.askForReset(email.strip())) {
      case Answer.Done _ -> pages.show(200, "forgot", new Form(csrf, Notice.good(SENT), null));
      case Answer.Refused _, Answer.NotValid _ ->
          pages.show(
              400,
              "forgot",
              new Form(csrf, null, field(email, "Must be a well-formed email address.")));
    };
  }

  private static Field field(String value, @Nullable String wrong) {
    return new Field("email", "Email", "email", "username", true, value, null, wrong);
  }
}
