package io.gatehouse.auth.pages;

import io.gatehouse.auth.grants.PendingConsents;
import io.gatehouse.auth.grants.PendingConsents.Question;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.web.Browsers;
import io.gatehouse.auth.web.PageLanguage;
import io.gatehouse.defaults.web.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Asks whether a client may have what it asks for. All that is shown comes from the stored request;
 * of the address only the state counts, by which it is found.
 */
@RestController
class ConsentPage {
  private final Pages pages;
  private final PendingConsents consents;

  ConsentPage(Pages pages, PendingConsents consents) {
    this.pages = pages;
    this.consents = consents;
  }

  @GetMapping("/oauth2/consent")
  ResponseEntity<String> ask(
      @AuthenticationPrincipal SignedInUser user,
      @RequestParam(defaultValue = "") String state,
      HttpServletRequest request) {
    return consents
        .find(state, user)
        .map(question -> ask(question, user, state, request))
        .orElseThrow(
            () -> {
              Browsers.explain(request, "consent.answered");
              return ApiException.invalid("state", "belongs to no question that is open");
            });
  }

  /** Its address says nothing of the language that the application wished for. */
  private ResponseEntity<String> ask(
      Question question, SignedInUser user, String state, HttpServletRequest request) {
    PageLanguage.wish(request, question.uiLocales());
    return pages.show(200, "consent", new Form(question, user.displayName(), state));
  }

  /** What the page asks, and of whom. */
  record Form(Question question, String account, String state) {

    /** What is asked for, without what every sign-in gives. */
    List<String> scopes() {
      return question.asked().stream().filter(scope -> !scope.equals("openid")).sorted().toList();
    }

    boolean isGranted(String scope) {
      return question.granted().contains(scope);
    }
  }
}
