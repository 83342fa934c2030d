package io.gatehouse.gateway.edge;

import io.netty.handler.codec.http.HttpHeaders;

/** What every answer tells browsers, the edge's own refusals included. */
final class SecurityHeaders {
  private static final String HSTS = "max-age=31536000";

  private SecurityHeaders() {}

  /**
   * Sets them.
   *
   * @param secure whether the client came by HTTPS; a promise of it over plain HTTP is void (RFC
   *     6797, section 7.2)
   */
  static void set(HttpHeaders headers, boolean secure) {
    headers
        .set("x-content-type-options", "nosniff")
        .set("x-frame-options", "DENY")
        .set("referrer-policy", "same-origin");
    if (secure) {
      headers.set("strict-transport-security", HSTS);
    }
  }
}
