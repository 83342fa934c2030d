package io.gatehouse.auth.grants;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.signin.ReturnTo;
import io.gatehouse.auth.signin.SignInEntry;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.web.PageLanguage;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Before Spring's endpoint: tells the client what is wrong with its request, and asks the person to
 * sign in anew or to choose an account when the request says so ({@code prompt}, {@code max_age},
 * {@code id_token_hint}).
 */
final class AuthorizationRequests extends OncePerRequestFilter {
  private final Clients clients;
  private final PushedRequests pushed;
  private final IdTokens idTokens;
  private final AuthorizationErrors errors;
  private final Clock clock;

  AuthorizationRequests(
      Clients clients,
      PushedRequests pushed,
      IdTokens idTokens,
      AuthorizationErrors errors,
      Clock clock) {
    this.clients = clients;
    this.pushed = pushed;
    this.idTokens = idTokens;
    this.errors = errors;
    this.clock = clock;
  }

  /** What has to happen before the request is answered. */
  private sealed interface Step {
    /** Posted by another site it came without the session's cookie; a redirect brings it. */
    record AskByGet() implements Step {}

    record Answer() implements Step {}

    record SignIn() implements Step {}

    record Choose() implements Step {}

    record Refuse(OAuth2Error error) implements Step {}
  }

  /** The answer to the consent page has no response type. */
  static boolean isConsent(HttpServletRequest request) {
    return request.getMethod().equals("POST")
        && request.getParameter("response_type") == null
        && request.getParameter("request_uri") == null;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !request.getRequestURI().equals("/oauth2/authorize") || isConsent(request);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var brought = AuthorizationRequest.of(request);
    var asked = pushed.find(brought).orElse(brought);
    PageLanguage.wish(request, asked.one(PageLanguage.PARAMETER));
    var id = asked.one("client_id");
    var client = id == null ? null : clients.findByClientId(id);
    var redirectUri = client == null ? null : asked.redirectUri(client);
    if (PushedRequests.isOne(asked.one("request_uri"))) {
      // Not found here, it is not looked for again: what is not checked is not answered.
      errors.onAuthenticationFailure(request, response, unknownPush());
      return;
    }
    if (redirectUri == null) {
      // Nobody to send an error to: Spring's endpoint tells the person.
      chain.doFilter(request, response);
      return;
    }
    var wanted = ReturnTo.of(request);
    switch (wanted.isEmpty() ? tooLong() : step(request, asked)) {
      case Step.Refuse refused ->
          errors.tellClient(response, redirectUri, refused.error(), asked.one("state"));
      case Step.SignIn _ -> SignInEntry.send(signInAnew(asked, wanted.get()), request, response);
      case Step.Choose _ ->
          SignInEntry.send(
              wanted.get().with(AuthorizationRequest.CHOSEN, "true"), request, response);
      case Step.AskByGet _ ->
          response.sendRedirect(wanted.get().url(), HttpServletResponse.SC_SEE_OTHER);
      case Step.Answer _ -> chain.doFilter(request, response);
    }
  }

  private static OAuth2AuthenticationException unknownPush() {
    return new OAuth2AuthenticationException(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, "request_uri is not valid", null));
  }

  private static Step tooLong() {
    return new Step.Refuse(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, "the request is too long", null));
  }

  private Step step(HttpServletRequest request, AuthorizationRequest asked) {
    var fault = asked.fault();
    if (fault.isPresent()) {
      return new Step.Refuse(fault.get());
    }
    var hint = asked.one("id_token_hint");
    var hinted = hint == null ? Optional.<String>empty() : idTokens.subject(hint);
    if (hint != null && hinted.isEmpty()) {
      return new Step.Refuse(
          new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, "id_token_hint is not valid", null));
    }
    return request.getMethod().equals("POST")
        ? new Step.AskByGet()
        : step(asked, hinted, signedIn());
  }

  private Step step(
      AuthorizationRequest asked, Optional<String> hinted, @Nullable SignedInUser user) {
    var prompts = asked.prompts();
    var isHinted = user != null && hinted.map(user.id()::equals).orElse(true);
    if (user != null && isFresh(asked, user)) {
      // This sign-in was asked for by this very request.
      return isHinted ? new Step.Answer() : loginRequired();
    }
    var serves = user != null && isHinted && !prompts.contains("login") && !isTooOld(asked, user);
    if (prompts.contains("none")) {
      return serves ? new Step.Answer() : loginRequired();
    }
    if (!serves) {
      return user == null && !asksAnew(asked) ? new Step.Answer() : new Step.SignIn();
    }
    return prompts.contains("select_account") && asked.one(AuthorizationRequest.CHOSEN) == null
        ? new Step.Choose()
        : new Step.Answer();
  }

  private static boolean isFresh(AuthorizationRequest asked, SignedInUser user) {
    return AuthorizationRequest.signedInSince(asked.one(AuthorizationRequest.SIGNED_IN_SINCE))
        .map(since -> !SignInIds.timeOf(user.signIn()).isBefore(since))
        .orElse(false);
  }

  private boolean isTooOld(AuthorizationRequest asked, SignedInUser user) {
    return asked
        .maxAge()
        .map(age -> SignInIds.timeOf(user.signIn()).plus(age).isBefore(clock.instant()))
        .orElse(false);
  }

  private static boolean asksAnew(AuthorizationRequest asked) {
    return asked.prompts().contains("login")
        || asked.maxAge().isPresent()
        || asked.one("id_token_hint") != null;
  }

  private ReturnTo signInAnew(AuthorizationRequest asked, ReturnTo wanted) {
    return asked.one(AuthorizationRequest.SIGNED_IN_SINCE) == null
        ? wanted.with(
            AuthorizationRequest.SIGNED_IN_SINCE, Long.toString(clock.instant().toEpochMilli()))
        : wanted;
  }

  private static Step loginRequired() {
    return new Step.Refuse(
        new OAuth2Error("login_required", "the person has to sign in first", null));
  }

  private static @Nullable SignedInUser signedIn() {
    var who = SecurityContextHolder.getContext().getAuthentication();
    return who != null && who.getPrincipal() instanceof SignedInUser user ? user : null;
  }
}
