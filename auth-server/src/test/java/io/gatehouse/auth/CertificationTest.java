package io.gatehouse.auth;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;
import tools.jackson.databind.JsonNode;

/**
 * The OpenID Foundation's lists for a provider. A row for each of their tests by its name in the
 * foundation's conformance suite, with what it demands tried here, or the reason why it does not
 * apply. PKCE is in every request, as this provider requires it.
 */
abstract class CertificationTest extends ThirdPartyTest {

  static Stream<DynamicTest> tests(Map<String, Executable> rows) {
    return rows.entrySet().stream().map(row -> dynamicTest(row.getKey(), row.getValue()));
  }

  JsonNode discovered() {
    return JSON.readTree(program().get("/.well-known/openid-configuration").body());
  }

  StandInUsers.Account ada() {
    return USERS.account("USER");
  }
}
