package io.gatehouse.auth.web;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;

/** What all chains have in common that no browser signs in by: they remember nobody. */
public final class StatelessChain {
  private StatelessChain() {}

  /** Takes sessions, forms and what belongs to them out of this chain. */
  public static HttpSecurity of(HttpSecurity http) {
    return http.sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .addFilterBefore(
            new WithoutSession(AnyRequestMatcher.INSTANCE), SecurityContextHolderFilter.class)
        .headers(PageHeaders::apply);
  }
}
