package io.gatehouse.auth.pages;

import io.gatehouse.auth.Browsers;
import io.gatehouse.auth.grants.PendingConsents;
import io.gatehouse.auth.grants.PendingConsents.Question;
import io.gatehouse.auth.users.SignedInUser;
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
  private final Page page;
  private final PendingConsents consents;

  ConsentPage(Page page, PendingConsents consents) {
    this.page = page;
    this.consents = consents;
  }

  @GetMapping("/oauth2/consent")
  ResponseEntity<String> ask(
      @AuthenticationPrincipal SignedInUser user,
      @RequestParam(defaultValue = "") String state,
      HttpServletRequest request) {
    return consents
        .find(state, user)
        .map(
            question ->
                page.show("Allow " + question.clientName() + "?", form(question, user, state)))
        .orElseThrow(
            () -> {
              Browsers.explain(
                  request,
                  "This question was answered already, or is too old."
                      + " Please go back to the application and start again.");
              return ApiException.invalid("state", "belongs to no question that is open");
            });
  }

  private static Html form(Question question, SignedInUser user, String state) {
    var choices = asked(question).stream().map(scope -> choice(question, scope)).toList();
    return Html.of(
        """
        <p><strong>%s</strong> asks to act for you, <strong>%s</strong>. \
        The answer goes to <code>%s</code>.</p>
        <form method="post" action="/oauth2/authorize">%s%s
        <ul class="scopes">%s</ul>
        <button type="submit">Allow</button></form>
        <form method="post" action="/oauth2/authorize">%s
        <button type="submit" class="second">Refuse</button></form>
        <p class="after">Not you? <a href="/logout">Sign out</a></p>
        """,
        question.clientName(),
        user.displayName(),
        question.host(),
        hidden(question, state),
        // An empty answer is a refusal.
        choices.isEmpty() ? Page.hidden("scope", "openid") : Html.NOTHING,
        Html.join(choices),
        hidden(question, state));
  }

  private static List<String> asked(Question question) {
    return question.asked().stream().filter(scope -> !scope.equals("openid")).sorted().toList();
  }

  private static Html hidden(Question question, String state) {
    return Html.join(
        List.of(Page.hidden("client_id", question.clientId()), Page.hidden("state", state)));
  }

  /** What was allowed before stays allowed; it is said, but cannot be unticked here. */
  private static Html choice(Question question, String scope) {
    return question.granted().contains(scope)
        ? Html.of("<li>%s (allowed before)</li>", Scopes.inWords(scope))
        : Html.of(
            """
            <li><label class="choice"><input type="checkbox" name="scope" value="%s" checked>
            <span>%s</span></label></li>
            """,
            scope, Scopes.inWords(scope));
  }
}
