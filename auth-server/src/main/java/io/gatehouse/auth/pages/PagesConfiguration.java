package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.PageHeaders;
import io.gatehouse.auth.revocations.EndedSignIns;
import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.auth.users.PasswordSignIn;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.SecurityEvents.Outcome;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;

/** Who may see which page, and how people get in and out. */
@Configuration(proxyBeanMethods = false)
class PagesConfiguration {

  /**
   * For machines: no session, no CSRF; each endpoint checks its caller itself. Actuator's are on
   * the management port only, which the network keeps to operators.
   */
  @Bean
  @Order(1)
  SecurityFilterChain machines(HttpSecurity http) {
    return http.securityMatcher(
            new OrRequestMatcher(
                PathPatternRequestMatcher.withDefaults().matcher("/internal/**"),
                PathPatternRequestMatcher.withDefaults().matcher("/assets/**"),
                PathPatternRequestMatcher.withDefaults().matcher("/actuator/**")))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .headers(PageHeaders::apply)
        .build();
  }

  @Bean
  @Order(3)
  SecurityFilterChain people(
      HttpSecurity http, PasswordSignIn passwords, RequestCache requests, Revocations revocations) {
    return http.authenticationProvider(passwords)
        .authorizeHttpRequests(
            rules ->
                rules
                    .dispatcherTypeMatchers(DispatcherType.ERROR)
                    .permitAll()
                    .requestMatchers("/activate", "/oauth2/consent")
                    .authenticated()
                    .anyRequest()
                    .permitAll())
        .formLogin(
            form ->
                form.loginPage("/login")
                    .defaultSuccessUrl("/login")
                    .failureHandler(PagesConfiguration::notSignedIn))
        .logout(
            logout ->
                logout
                    .logoutUrl("/logout")
                    .addLogoutHandler((_, _, who) -> endSignIn(revocations, who))
                    .logoutSuccessUrl("/login?signed-out"))
        .requestCache(cache -> cache.requestCache(requests))
        .addFilterAfter(new EndedSignIns(revocations), SecurityContextHolderFilter.class)
        // Nothing takes another method; those are told so, not that a hidden field is missing.
        .csrf(csrf -> csrf.requireCsrfProtectionMatcher(PagesConfiguration::isPost))
        .headers(PageHeaders::apply)
        .build();
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
      response.sendRedirect("/login?error");
    }
  }
}
