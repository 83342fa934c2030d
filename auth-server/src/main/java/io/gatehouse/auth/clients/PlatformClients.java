package io.gatehouse.auth.clients;

import io.gatehouse.auth.ApiScopes;
import io.gatehouse.auth.AuthProperties;
import io.gatehouse.auth.clients.ClientProperties.Registration;
import io.gatehouse.defaults.platform.GatehouseProperties;
import java.net.InetAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The clients that exist everywhere, and those of the operator's configuration. */
final class PlatformClients {
  static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  static final List<String> USER_SCOPES =
      Stream.concat(Stream.of("openid", "profile", "email"), ApiScopes.names().stream()).toList();

  private PlatformClients() {}

  static Map<String, Registration> all(
      GatehouseProperties gatehouse, AuthProperties auth, ClientProperties configured) {
    var clients = new LinkedHashMap<>(configured.clients());
    var console = gatehouse.issuer() + "/console/";
    clients.put(
        "console",
        new Registration(
            "Gatehouse Console",
            null,
            null,
            true,
            false,
            List.of("authorization_code", "refresh_token"),
            List.of(console),
            List.of(console),
            USER_SCOPES));
    clients.put(
        "cli",
        new Registration(
            "Gatehouse command line",
            null,
            null,
            true,
            false,
            List.of("authorization_code", "refresh_token", DEVICE_GRANT),
            List.of("http://127.0.0.1/callback"),
            List.of(),
            USER_SCOPES));
    clients.put(
        "order-service", service("Order service", auth.orderServiceSecret(), List.of("internal")));
    if (auth.demo()) {
      requireLoopback(gatehouse.publicUrl());
      clients.put("demo-service", service("Demo service", "demo-secret", ApiScopes.names()));
    }
    return clients;
  }

  private static Registration service(String name, String secret, List<String> scopes) {
    return new Registration(
        name,
        secret,
        null,
        true,
        true,
        List.of("client_credentials"),
        List.of(),
        List.of(),
        scopes);
  }

  /** Demo credentials are public knowledge, so they must not be reachable from elsewhere. */
  private static void requireLoopback(URI publicUrl) {
    var host = publicUrl.getHost();
    var numeric = host.startsWith("[") || host.chars().allMatch(c -> c == '.' || c < ':');
    if (!host.equals("localhost")
        && !(numeric && InetAddress.ofLiteral(host).isLoopbackAddress())) {
      throw new IllegalStateException(
          "GATEHOUSE_DEMO=true is refused: GATEHOUSE_PUBLIC_URL must be a loopback address, not "
              + host);
    }
  }
}
