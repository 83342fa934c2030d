package io.gatehouse.auth.pages;

import io.gatehouse.auth.users.MailedLinks;
import io.gatehouse.auth.users.MailedLinks.Answer;
import io.gatehouse.auth.web.PageLanguage;
import jakarta.servlet.http.HttpServletRequest;
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
  private final Pages pages;
  private final MailedLinks mails;

  ForgotPage(Pages pages, MailedLinks mails) {
    this.pages = pages;
    this.mails = mails;
  }

  /**
   * The form.
   *
   * @param url where it is sent
   * @param email null once the mail was asked for
   */
  record Form(
      String url,
      String signInUrl,
      CsrfToken csrf,
      @Nullable Notice notice,
      @Nullable Field email) {}

  @GetMapping("/forgot")
  ResponseEntity<String> show(CsrfToken csrf, HttpServletRequest request) {
    return show(200, csrf, request, null, field("", null));
  }

  @PostMapping("/forgot")
  ResponseEntity<String> ask(
      CsrfToken csrf, @RequestParam(defaultValue = "") String email, HttpServletRequest request) {
    return switch (mails.askForReset(email.strip())) {
      case Answer.Done _ -> show(200, csrf, request, Notice.good("forgot.sent"), null);
      case Answer.Refused _, Answer.NotValid _ ->
          show(400, csrf, request, null, field(email, Message.of("rule.email")));
    };
  }

  private ResponseEntity<String> show(
      int status,
      CsrfToken csrf,
      HttpServletRequest request,
      @Nullable Notice notice,
      @Nullable Field email) {
    var url = PageLanguage.keep(request, "/forgot");
    var signInUrl = PageLanguage.keep(request, "/login");
    return pages.show(status, "forgot", new Form(url, signInUrl, csrf, notice, email));
  }

  private static Field field(String value, @Nullable Message wrong) {
    return new Field("email", "field.email", "email", "username", true, value, null, wrong);
  }
}
