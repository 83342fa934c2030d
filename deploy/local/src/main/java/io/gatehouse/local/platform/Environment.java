package io.gatehouse.local.platform;

import java.util.HashMap;
import java.util.Map;

/**
 * What each service is told, see docs/between-services.md. The caller's own variables reach it too;
 * only what has to fit together on this machine is set here over them.
 */
record Environment(
    Home home, Settings settings, Secrets secrets, int discovery, int postgres, int redis) {

  Map<String, String> of(Service service, int port, int managementPort) {
    var variables = new HashMap<String, String>();
    variables.put("GATEHOUSE_PUBLIC_URL", settings.publicUrl().toString());
    variables.put("GATEHOUSE_DEMO", String.valueOf(settings.demo()));
    variables.put("SERVER_PORT", String.valueOf(port));
    // Only the door may be told to listen elsewhere.
    variables.put("SERVER_ADDRESS", Settings.LOOPBACK_ADDRESS);
    variables.put("MANAGEMENT_SERVER_PORT", String.valueOf(managementPort));
    variables.put("MANAGEMENT_SERVER_ADDRESS", Settings.LOOPBACK_ADDRESS);
    variables.put("EUREKA_INSTANCE_IP_ADDRESS", "127.0.0.1");
    variables.put("EUREKA_INSTANCE_HOSTNAME", "localhost");
    // glibc gives each thread an arena of its own by default, which costs tens of megabytes.
    variables.put("MALLOC_ARENA_MAX", "2");
    variables.putAll(registry());
    service.database().ifPresent(database -> variables.putAll(databaseOf(database)));
    if (service.redis()) {
      variables.putAll(redisServer());
    }
    for (var variable : service.secrets()) {
      secrets.told(variable).ifPresent(value -> variables.put(variable, value));
    }
    if (service.isDoor()) {
      variables.put("SERVER_ADDRESS", settings.address());
      variables.putIfAbsent("GATEHOUSE_TLS_DIRECTORY", home.data().resolve("tls").toString());
      variables.put("GATEHOUSE_HTTPS_PORT", String.valueOf(settings.httpsPort()));
    }
    return variables;
  }

  /** For a run beside the others that nobody is to find. */
  static final Map<String, String> UNREGISTERED =
      Map.of("EUREKA_CLIENT_REGISTER_WITH_EUREKA", "false", "GATEHOUSE_DRAIN", "0s");

  private Map<String, String> registry() {
    return Map.of(
        "GATEHOUSE_DISCOVERY_URL", "http://127.0.0.1:%d/eureka/".formatted(discovery),
        "GATEHOUSE_DISCOVERY_USER", "gatehouse",
        "GATEHOUSE_DISCOVERY_PASSWORD", secrets.password("discovery"));
  }

  private Map<String, String> databaseOf(String name) {
    return Map.of(
        "GATEHOUSE_DB_HOST",
        "127.0.0.1",
        "GATEHOUSE_DB_PORT",
        String.valueOf(postgres),
        "GATEHOUSE_DB_NAME",
        name,
        "GATEHOUSE_DB_USER",
        name,
        "GATEHOUSE_DB_PASSWORD",
        secrets.password(name));
  }

  private Map<String, String> redisServer() {
    return Map.of(
        "GATEHOUSE_REDIS_HOST", "127.0.0.1",
        "GATEHOUSE_REDIS_PORT", String.valueOf(redis),
        "GATEHOUSE_REDIS_PASSWORD", secrets.password(Redis.NAME));
  }
}
