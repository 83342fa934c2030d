package io.gatehouse.discovery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.SecurityFilterChain;

/**
 * HTTP Basic in front of everything but the management port's endpoints. No sessions and no
 * cookies, so there is nothing for a cross-site request to ride on and CSRF protection is off.
 */
@Configuration(proxyBeanMethods = false)
class RegistryAccess {

  @Bean
  SecurityFilterChain registryChain(HttpSecurity http, RegistrationCredentials credentials) {
    return http.authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(EndpointRequest.toAnyEndpoint())
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .authenticationManager(only(credentials))
        .httpBasic(basic -> basic.authenticationEntryPoint(ErrorAnswers::unauthenticated))
        .exceptionHandling(
            handling -> handling.authenticationEntryPoint(ErrorAnswers::unauthenticated))
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .csrf(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .build();
  }

  /** One long random secret, compared in constant time: a slow hash would buy nothing. */
  private static AuthenticationManager only(RegistrationCredentials credentials) {
    return given -> {
      var shown = given.getName() + ":" + given.getCredentials();
      if (!equal(credentials.user() + ":" + credentials.password(), shown)) {
        throw new BadCredentialsException("unknown registration credentials");
      }
      return signedIn(given);
    };
  }

  private static Authentication signedIn(Authentication given) {
    return UsernamePasswordAuthenticationToken.authenticated(
        given.getName(), null, AuthorityUtils.NO_AUTHORITIES);
  }

  private static boolean equal(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
