package io.gatehouse.auth.grants;

import io.gatehouse.auth.ApiScopes;
import io.gatehouse.defaults.web.KnownLanguages;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Corrects the discovery documents to what this server really does. */
final class Metadata {
  /** OpenID Connect EAP ACR Values 1.0: resistant to phishing. */
  static final String NO_PHISHING = "phr";

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
    var secret = List.of("client_secret_basic", "client_secret_post", "private_key_jwt");
    var any = List.of("client_secret_basic", "client_secret_post", "private_key_jwt", "none");
    claims.put("token_endpoint_auth_methods_supported", any);
    claims.put("revocation_endpoint_auth_methods_supported", any);
    claims.put("introspection_endpoint_auth_methods_supported", secret);
    for (var endpoint : List.of("token", "revocation", "introspection")) {
      claims.put(
          endpoint + "_endpoint_auth_signing_alg_values_supported", List.of("RS256", "ES256"));
    }
    // RFC 9207 section 3, RFC 9126 section 5.
    claims.put("authorization_response_iss_parameter_supported", true);
    claims.put("pushed_authorization_request_endpoint", issuer + "/oauth2/par");
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
        List.of(
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "amr",
            "acr",
            "nonce",
            "sid",
            "name",
            "email",
            "email_verified"));
    claims.put("acr_values_supported", List.of(NO_PHISHING));
    claims.put("ui_locales_supported", KnownLanguages.TAGS);
    // Keys of either kind may be published; which one signs is the operator's choice.
    claims.put("id_token_signing_alg_values_supported", List.of("RS256", "ES256"));
    claims.put("request_parameter_supported", false);
    claims.put("request_uri_parameter_supported", false);
  }
}
