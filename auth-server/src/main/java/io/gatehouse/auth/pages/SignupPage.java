package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.pages.Page.Field;
import io.gatehouse.auth.users.UserService;
import io.gatehouse.auth.users.UserService.SignUp;
import io.gatehouse.defaults.ErrorBody.Problem;
import io.gatehouse.defaults.SecurityEvents.Outcome;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Creates an account. The rules are user-service's; this page shows what it says, per field. */
@RestController
class SignupPage {
  private final Page page;
  private final UserService users;

  SignupPage(Page page, UserService users) {
    this.page = page;
    this.users = users;
  }

  private record Draft(String email, String name, List<Problem> problems) {
    @Nullable String wrong(String field) {
      return problems.stream()
          .filter(problem -> problem.field().equals(field))
          .map(problem -> sentence(problem.message()))
          .findFirst()
          .orElse(null);
    }

    /** Where the cursor goes: to the first field that has to be corrected. */
    boolean startsAt(String field) {
      var first =
          Stream.of("name", "email", "password")
              .filter(candidate -> wrong(candidate) != null)
              .findFirst()
              .orElse("name");
      return first.equals(field);
    }

    private static String sentence(String message) {
      return message.isEmpty()
          ? message
          : Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
    }
  }

  @GetMapping("/signup")
  ResponseEntity<String> empty(CsrfToken csrf) {
    return form(HttpStatus.OK, csrf, new Draft("", "", List.of()));
  }

  @PostMapping("/signup")
  ResponseEntity<String> signUp(
      CsrfToken csrf,
      @RequestParam(defaultValue = "") String email,
      @RequestParam(defaultValue = "") String name,
      @RequestParam(defaultValue = "") String password) {
    return switch (users.signUp(email.strip(), name.strip(), password)) {
      case SignUp.Done _ -> {
        Audit.record("sign-up", Outcome.ALLOWED, null, null);
        yield ResponseEntity.status(HttpStatus.SEE_OTHER)
            .location(URI.create("/login?signed-up"))
            .build();
      }
      case SignUp.Refused refused -> {
        Audit.record("sign-up", Outcome.REFUSED, null, null);
        var problems =
            refused.status() == 409
                ? List.of(new Problem("email", "an account with this email exists already"))
                : refused.problems();
        yield form(HttpStatus.valueOf(refused.status()), csrf, new Draft(email, name, problems));
      }
    };
  }

  private ResponseEntity<String> form(HttpStatus status, CsrfToken csrf, Draft draft) {
    var notice =
        draft.problems().isEmpty()
            ? Html.NOTHING
            : Page.bad("Please look at the marked fields and try again.");
    var name =
        new Field(
            "name",
            "Name",
            "text",
            "name",
            draft.startsAt("name"),
            draft.name(),
            null,
            draft.wrong("name"));
    var email =
        new Field(
            "email",
            "Email",
            "email",
            "email",
            draft.startsAt("email"),
            draft.email(),
            null,
            draft.wrong("email"));
    var password =
        new Field(
            "password",
            "Password",
            "password",
            "new-password",
            draft.startsAt("password"),
            null,
            "12 to 128 characters. A few unrelated words work well.",
            draft.wrong("password"));
    return page.show(
        status.value(),
        "Create an account",
        Html.of(
            """
            %s<form method="post" action="/signup">%s%s%s%s
            <button type="submit">Create account</button></form>
            <p class="after">Have an account? <a href="/login">Sign in</a></p>
            """,
            notice, Page.csrf(csrf), Page.field(name), Page.field(email), Page.field(password)));
  }
}
