package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.passkeys.PasskeySignIn;
import io.gatehouse.auth.revocations.EndedSignIns;
import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.auth.signin.PasswordSignIn;
import io.gatehouse.auth.signin.ReturnTo;
import io.gatehouse.auth.signin.SignInEntry;
import io.gatehouse.auth.users.BrowserCookie;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.web.PageHeaders;
import io.gatehouse.auth.web.StatelessChain;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;

/** Who may see which page, and how people get in and out. */
@Configuration(proxyBeanMethods = false)
class PagesConfiguration {
  private static final Set<String> FORMS =
      Set.of(
          "/login",
          PasskeyFilter.PATH,
          "/signup",
          "/logout",
          "/activate",
          "/forgot",
          "/reset",
          "/confirm");
  private static final String[] SIGNED_IN_ONLY = {
    "/activate", "/oauth2/consent", "/account", "/account/**"
  };
  private static final String[] SIGNED_IN_FORMS = {"/activate", "/account/*"};
  private static final Set<String> READ_ONLY =
      Set.of(
          "/oauth2/jwks",
          "/.well-known/openid-configuration",
          "/.well-known/oauth-authorization-server",
          "/.well-known/change-password",
          "/oauth2/consent",
          "/account");

  /**
   * For machines: no session, no CSRF; each endpoint checks its caller itself. Actuator's are on
   * the management port only, which the network keeps to operators.
   */
  @Bean
  @Order(1)
  SecurityFilterChain machines(HttpSecurity http) {
    return StatelessChain.of(http)
        .securityMatcher(
            new OrRequestMatcher(
                PathPatternRequestMatcher.withDefaults().matcher("/internal/**"),
                PathPatternRequestMatcher.withDefaults().matcher("/assets/**"),
                PathPatternRequestMatcher.withDefaults().matcher("/actuator/**")))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  @Bean
  @Order(3)
  SecurityFilterChain people(
      HttpSecurity http,
      PasswordSignIn passwords,
      PasskeySignIn passkeys,
      Revocations revocations,
      LogoutPage.Target signedOut) {
    var hiddenTokens = hiddenTokens();
    return http.authenticationProvider(passwords)
        .addFilterBefore(
            new PasskeyFilter(
                passkeys,
                hiddenTokens,
                PagesConfiguration::signedIn,
                PagesConfiguration::notSignedIn),
            UsernamePasswordAuthenticationFilter.class)
        .authorizeHttpRequests(
            rules ->
                rules
                    .dispatcherTypeMatchers(DispatcherType.ERROR)
                    .permitAll()
                    // Any other method is refused, whoever asks.
                    .requestMatchers(HttpMethod.GET, SIGNED_IN_ONLY)
                    .authenticated()
                    .requestMatchers(HttpMethod.POST, SIGNED_IN_FORMS)
                    .authenticated()
                    .anyRequest()
                    .permitAll())
        .formLogin(
            form ->
                form.loginPage("/login")
                    .successHandler(PagesConfiguration::signedIn)
                    .failureHandler(PagesConfiguration::notSignedIn))
        .exceptionHandling(
            errors ->
                errors
                    .authenticationEntryPoint(new SignInEntry())
                    .accessDeniedHandler(PagesConfiguration::withoutHiddenToken))
        .logout(
            logout ->
                logout
                    .logoutUrl("/logout")
                    .addLogoutHandler((_, _, who) -> endSignIn(revocations, who))
                    .logoutSuccessHandler(
                        (request, response, _) -> response.sendRedirect(signedOut.of(request))))
        // The page that was asked for travels with the form; see ReturnTo.
        .requestCache(AbstractHttpConfigurer::disable)
        .addFilterAfter(new EndedSignIns(revocations), SecurityContextHolderFilter.class)
        .csrf(csrf -> hiddenTokens(csrf, hiddenTokens))
        .headers(PageHeaders::apply)
        .build();
  }

  /**
   * The hidden token is compared with a cookie: so a stranger's look at a form makes no session,
   * and a form survives the session it was made in. Only posts need one; nothing takes another
   * method, and who tries is told so, as is who posts where there is only something to read.
   */
  private static void hiddenTokens(CsrfConfigurer<HttpSecurity> csrf, CsrfTokenRepository cookies) {
    csrf.csrfTokenRepository(cookies)
        .requireCsrfProtectionMatcher(
            request -> isPost(request) && !READ_ONLY.contains(request.getRequestURI()));
  }

  private static CsrfTokenRepository hiddenTokens() {
    var cookies = new CookieCsrfTokenRepository();
    cookies.setCookieName("CSRF");
    cookies.setCookieCustomizer(cookie -> cookie.sameSite("Lax"));
    return cookies;
  }

  /** The sign-in form of one tab is out of date once another tab has signed in. */
  private static void withoutHiddenToken(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
      throws IOException {
    var who = SecurityContextHolder.getContext().getAuthentication();
    if (request.getRequestURI().equals("/login")
        && who != null
        && who.getPrincipal() instanceof SignedInUser) {
      response.sendRedirect(ReturnTo.ofSignIn(request).map(ReturnTo::signInUrl).orElse("/login"));
    } else {
      // A post to what is no form of ours lacks more than the token.
      response.sendError(
          FORMS.contains(request.getRequestURI()) || request.getRequestURI().startsWith("/account/")
              ? HttpServletResponse.SC_FORBIDDEN
              : HttpServletResponse.SC_NOT_FOUND);
    }
  }

  private static void signedIn(
      HttpServletRequest request, HttpServletResponse response, Authentication who)
      throws IOException {
    var secure = request.isSecure();
    response.addHeader(HttpHeaders.SET_COOKIE, ReturnTo.noCookie(secure));
    response.addHeader(HttpHeaders.SET_COOKIE, Typed.cookie(null, secure));
    BrowserCookie.toGive(request)
        .ifPresent(cookie -> response.addHeader(HttpHeaders.SET_COOKIE, cookie));
    response.sendRedirect(ReturnTo.ofSignIn(request).map(ReturnTo::url).orElse("/login"));
  }

  private static boolean isPost(HttpServletRequest request) {
    return request.getMethod().equals("POST");
  }

  private static void endSignIn(Revocations revocations, @Nullable Authentication who) {
    if (who != null && who.getPrincipal() instanceof SignedInUser user) {
      revocations.revokeSignIn(user.signIn());
      Audit.record("logout", Outcome.ALLOWED, user.id(), null);
    }
  }

  private static void notSignedIn(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failed)
      throws IOException {
    if (failed instanceof AuthenticationServiceException) {
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    } else {
      response.addHeader(
          HttpHeaders.SET_COOKIE,
          Typed.cookie(request.getParameter("username"), request.isSecure()));
      var wanted = ReturnTo.read(request.getParameter(ReturnTo.PARAMETER));
      response.sendRedirect(
          (request.getRequestURI().equals(PasskeyFilter.PATH)
                  ? "/login?error=passkey"
                  : "/login?error")
              + wanted.map(to -> "&" + ReturnTo.PARAMETER + "=" + to.value()).orElse(""));
    }
  }
}
