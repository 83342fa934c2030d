package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.signin.ReturnTo;
import io.gatehouse.auth.users.SignInDevice;
import io.gatehouse.auth.users.UserService;
import io.gatehouse.auth.users.UserService.SignUp;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.web.ErrorBody.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
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
  /** What helps with a new password. */
  static final String PASSWORD = "hint.password";

  private final Pages pages;
  private final UserService users;

  SignupPage(Pages pages, UserService users) {
    this.pages = pages;
    this.users = users;
  }

  private record Draft(
      String email,
      String name,
      Optional<ReturnTo> wanted,
      boolean isTaken,
      List<Problem> problems) {
    @Nullable Message wrong(String field) {
      return isTaken && field.equals("email")
          ? Message.of("rule.taken")
          : FieldRules.of(problems, field);
    }

    /** Where the cursor goes: to the first field to correct, else to the first to fill in. */
    boolean startsAt(String field) {
      var first =
          Stream.of("name", "email", "password")
              .filter(candidate -> wrong(candidate) != null)
              .findFirst()
              .orElse(name.isEmpty() ? "name" : email.isEmpty() ? "email" : "password");
      return first.equals(field);
    }
  }

  @GetMapping("/signup")
  ResponseEntity<String> empty(
      CsrfToken csrf, @RequestParam(name = ReturnTo.PARAMETER, defaultValue = "") String wanted) {
    return form(200, csrf, new Draft("", "", ReturnTo.read(wanted), false, List.of()), null);
  }

  @PostMapping("/signup")
  ResponseEntity<String> signUp(
      CsrfToken csrf,
      @RequestParam(defaultValue = "") String email,
      @RequestParam(defaultValue = "") String name,
      @RequestParam(defaultValue = "") String password,
      HttpServletRequest request) {
    return switch (users.signUp(email.strip(), name.strip(), password)) {
      case SignUp.Done _ -> done(email.strip(), request);
      case SignUp.Mailed _ -> pages.show(200, "signUpMailed", email.strip());
      case SignUp.Refused refused
          when refused.status() == 409 && isSame(email.strip(), password, request) ->
          done(email.strip(), request);
      case SignUp.Refused refused -> {
        Audit.record("sign-up", Outcome.REFUSED, null, null);
        var isTaken = refused.status() == 409;
        var draft = new Draft(email, name, wanted(request), isTaken, refused.problems());
        yield form(refused.status(), csrf, draft, Notice.bad("field.wrong"));
      }
    };
  }

  /** The form again, for one that came without its hidden token: what was typed is kept. */
  ResponseEntity<String> expired(CsrfToken csrf, HttpServletRequest request) {
    var email = Objects.requireNonNullElse(request.getParameter("email"), "");
    var name = Objects.requireNonNullElse(request.getParameter("name"), "");
    var draft = new Draft(email, name, wanted(request), false, List.of());
    return form(403, csrf, draft, Notice.bad("signUp.expired"));
  }

  /** Sent twice, as by a double click: the account is there and has this password. */
  private boolean isSame(String email, String password, HttpServletRequest request) {
    return users.verify(email, password, SignInDevice.from(request.getRemoteAddr())).isPresent();
  }

  private static Optional<ReturnTo> wanted(HttpServletRequest request) {
    return ReturnTo.read(request.getParameter(ReturnTo.PARAMETER));
  }

  private static ResponseEntity<String> done(String email, HttpServletRequest request) {
    Audit.record("sign-up", Outcome.ALLOWED, null, null);
    var more = wanted(request).map(to -> "&" + ReturnTo.PARAMETER + "=" + to.value()).orElse("");
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .header(HttpHeaders.SET_COOKIE, Typed.cookie(email, request.isSecure()))
        .location(URI.create("/login?signed-up" + more))
        .build();
  }

  private ResponseEntity<String> form(
      int status, CsrfToken csrf, Draft draft, @Nullable Notice notice) {
    var fields =
        List.of(
            field(draft, "name", "field.name", "text", "name", draft.name(), null),
            field(draft, "email", "field.email", "email", "email", draft.email(), null),
            field(draft, "password", "field.password", "password", "new-password", "", PASSWORD));
    var signIn = draft.wanted().map(ReturnTo::signInUrl).orElse("/login");
    var form = new Form(csrf, notice, draft.wanted().orElse(null), fields, signIn);
    return pages.show(status, "signUp", form);
  }

  private static Field field(
      Draft draft,
      String name,
      String label,
      String type,
      String autocomplete,
      String value,
      @Nullable String hint) {
    return new Field(
        name, label, type, autocomplete, draft.startsAt(name), value, hint, draft.wrong(name));
  }

  /** The form and what stands around it; {@code wanted} is where it leads. */
  record Form(
      CsrfToken csrf,
      @Nullable Notice notice,
      @Nullable ReturnTo wanted,
      List<Field> fields,
      String signInUrl) {}
}
