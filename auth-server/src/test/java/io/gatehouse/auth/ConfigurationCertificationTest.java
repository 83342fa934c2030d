package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** The foundation's list for a provider's metadata. */
class ConfigurationCertificationTest extends CertificationTest {

  @TestFactory
  Stream<DynamicTest> configuration() {
    var rows = new LinkedHashMap<String, Executable>();
    rows.put("oidcc-discovery-endpoint-verification", this::discovery);
    return tests(rows);
  }

  private void discovery() {
    var told = discovered();

    assertThat(told.path("issuer").asString("")).isEqualTo(PUBLIC_URL);
    for (var required :
        List.of(
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "jwks_uri",
            "end_session_endpoint",
            "scopes_supported",
            "response_types_supported",
            "grant_types_supported",
            "subject_types_supported",
            "id_token_signing_alg_values_supported",
            "token_endpoint_auth_methods_supported",
            "code_challenge_methods_supported")) {
      assertThat(told.has(required)).as(required).isTrue();
    }
    assertThat(told.path("id_token_signing_alg_values_supported").valueStream())
        .extracting(one -> one.asString(""))
        .contains("RS256");
    // What it does not take it has to deny: when unsaid, request_uri counts as taken.
    assertThat(told.path("request_uri_parameter_supported").asBoolean(true)).isFalse();
    assertThat(told.path("request_parameter_supported").asBoolean(false)).isFalse();
    assertThat(told.path("claims_parameter_supported").asBoolean(false)).isFalse();
  }
}
