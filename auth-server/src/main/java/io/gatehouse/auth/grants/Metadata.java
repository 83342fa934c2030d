package io.gatehouse.auth.grants;

import io.gatehouse.auth.ApiScopes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Corrects the discovery documents to what this server really does. */
final class Metadata {
  private Metadata() {}

  static void correct(Map<String, Object> claims, String issuer) {
    claims.put("device_authorization_endpoint", issuer + "/oauth2/device_authorization");
    claims.put(
        "grant_types_supported",
        List.of(
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code"));
    claims.put("response_modes_supported", List.of("query"));
    claims.put("code_challenge_methods_supported", List.of("S256"));
    var secret = List.of("client_secret_basic", "client_secret_post");
    var any = List.of("client_secret_basic", "client_secret_post", "none");
    claims.put("token_endpoint_auth_methods_supported", any);
    claims.put("revocation_endpoint_auth_methods_supported", any);
    claims.put("introspection_endpoint_auth_methods_supported", secret);
    claims.put(
        "scopes_supported",
        Stream.concat(Stream.of("openid", "profile", "email"), ApiScopes.names().stream())
            .toList());
    claims.remove("tls_client_certificate_bound_access_tokens");
    claims.remove("dpop_signing_alg_values_supported");
  }

  /** What OpenID Connect Discovery asks for beyond RFC 8414. */
  static void correctOpenId(Map<String, Object> claims, String issuer) {
    correct(claims, issuer);
    claims.put(
        "claims_supported",
        List.of("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "name", "email"));
    claims.put("request_parameter_supported", false);
    claims.put("request_uri_parameter_supported", false);
  }
}
