package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says of itself: discovery, keys, methods. */
class MetadataTest extends AuthServerTest {
  static final List<String> POST_ONLY =
      List.of(
          "/oauth2/token", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/device_authorization");

  static Stream<Arguments> postOnly() {
    return POST_ONLY.stream()
        .flatMap(path -> Stream.of("GET", "PUT", "DELETE").map(method -> arguments(path, method)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"})
  void discovery_namesOnlyWhatThereIs_belowThePublicUrl(String path) {
    var document =
        JSON.readTree(program().with("X-Forwarded-Host", "evil.example").get(path).body());

    assertThat(document.path("issuer").asString("")).isEqualTo(PUBLIC_URL);
    document
        .properties()
        .forEach(
            property -> {
              if (property.getKey().endsWith("_endpoint") || property.getKey().endsWith("_uri")) {
                assertThat(property.getValue().asString("")).startsWith(PUBLIC_URL + "/");
              }
            });
    assertThat(document.path("code_challenge_methods_supported").toString())
        .isEqualTo("[\"S256\"]");
    assertThat(document.path("response_types_supported").toString()).isEqualTo("[\"code\"]");
    assertThat(document.path("grant_types_supported").toString())
        .isEqualTo(
            "[\"authorization_code\",\"refresh_token\",\"client_credentials\","
                + "\"urn:ietf:params:oauth:grant-type:device_code\"]");
    assertThat(document.path("device_authorization_endpoint").asString("")).isNotEmpty();
    assertThat(document.path("token_endpoint_auth_methods_supported").toString()).contains("none");
    assertThat(document.path("token_endpoint_auth_methods_supported").toString())
        .contains("private_key_jwt");
    assertThat(document.path("authorization_response_iss_parameter_supported").asBoolean())
        .isTrue();
    assertThat(document.path("pushed_authorization_request_endpoint").asString(""))
        .isEqualTo(PUBLIC_URL + "/oauth2/par");
    assertThat(document.has("dpop_signing_alg_values_supported")).isFalse();
  }

  @Test
  void jwks_holdPublicPartsOnly() {
    var keys = JSON.readTree(program().get("/oauth2/jwks").body()).path("keys");

    assertThat(keys.isEmpty()).isFalse();
    keys.forEach(
        key ->
            assertThat(key.propertyNames())
                .containsExactlyInAnyOrder("kty", "e", "use", "kid", "alg", "n"));
  }

  @ParameterizedTest
  @MethodSource("postOnly")
  void postOnlyEndpoints_refuseOtherMethods(String path, String method) {
    var answer = program().send(method, path);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("POST");
    assertThat(JSON.readTree(answer.body()).at("/error/code").asString(""))
        .isEqualTo("METHOD_NOT_ALLOWED");
  }
}
