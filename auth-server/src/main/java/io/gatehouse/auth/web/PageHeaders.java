package io.gatehouse.auth.web;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** Response headers of everything we serve: no scripts but our own, no frames, no referrer. */
public final class PageHeaders {
  // No form-action: browsers apply it to redirects too, and signing in ends with one to the client.
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

  /** The header's name, for a page that needs another policy than all others. */
  public static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";

  /** The policy of pages with a script of ours. */
  public static final String SCRIPTED = POLICY + "; script-src 'self'";

  private PageHeaders() {}

  public static void apply(HeadersConfigurer<HttpSecurity> headers) {
    headers
        .contentSecurityPolicy(policy -> policy.policyDirectives(POLICY))
        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER));
  }
}
