package io.gatehouse.auth.pages;

import io.gatehouse.auth.passkeys.PasskeySignIn;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.AbstractAuthenticationProcessingFilter;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.authentication.session.ChangeSessionIdAuthenticationStrategy;
import org.springframework.security.web.authentication.session.CompositeSessionAuthenticationStrategy;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.csrf.CsrfAuthenticationStrategy;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/** Takes the sign-in form's other post: {@code POST /login/passkey} with {@code credential}. */
final class PasskeyFilter extends AbstractAuthenticationProcessingFilter {
  static final String PATH = "/login/passkey";

  private final PasskeySignIn passkeys;

  /** As after a password, the session gets another id and the forms another hidden token. */
  PasskeyFilter(
      PasskeySignIn passkeys,
      CsrfTokenRepository hiddenTokens,
      AuthenticationSuccessHandler done,
      AuthenticationFailureHandler refused) {
    super(PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.POST, PATH));
    this.passkeys = passkeys;
    setSecurityContextRepository(new HttpSessionSecurityContextRepository());
    setSessionAuthenticationStrategy(
        new CompositeSessionAuthenticationStrategy(
            java.util.List.of(
                new ChangeSessionIdAuthenticationStrategy(),
                new CsrfAuthenticationStrategy(hiddenTokens))));
    setAuthenticationManager(
        _ -> {
          throw new IllegalStateException("nothing is left to another");
        });
    setAuthenticationSuccessHandler(done);
    setAuthenticationFailureHandler(refused);
  }

  @Override
  public Authentication attemptAuthentication(
      HttpServletRequest request, HttpServletResponse response) {
    return passkeys.authenticate(
        Objects.requireNonNullElse(request.getParameter("credential"), ""));
  }
}
