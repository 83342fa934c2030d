package io.gatehouse.local.platform;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What each service is told, see docs/between-services.md. The caller's own variables reach it too;
 * only what has to fit together on this machine is set here over them.
 *
 * @param postgres the ports of the database server and, if there is one, of its standby
 */
record Environment(
    Home home,
    Settings settings,
    Secrets secrets,
    int discovery,
    List<Integer> postgres,
    int redis,
    int kafka) {

  Map<String, String> of(Service service, int port, int managementPort) {
    var variables = new HashMap<String, String>();
    variables.put("GATEHOUSE_PUBLIC_URL", settings.publicUrl().toString());
    variables.put("GATEHOUSE_DEMO", String.valueOf(settings.demo()));
    variables.put("GATEHOUSE_MAIL_KEEP", String.valueOf(settings.keepsMails()));
    variables.put("SERVER_PORT", String.valueOf(port));
    // Only the door may be told to listen elsewhere.
    variables.put("SERVER_ADDRESS", Settings.LOOPBACK_ADDRESS);
    variables.put("MANAGEMENT_SERVER_PORT", String.valueOf(managementPort));
    // Whoever waits for it is to know it from another that listens there.
    variables.put("MANAGEMENT_INFO_PROCESS_ENABLED", "true");
    // Refused where both ports are one, and its address the other's.
    if (managementPort != port) {
      variables.put("MANAGEMENT_SERVER_ADDRESS", Settings.LOOPBACK_ADDRESS);
    }
    variables.put("EUREKA_INSTANCE_IP_ADDRESS", "127.0.0.1");
    variables.put("EUREKA_INSTANCE_HOSTNAME", "localhost");
    // glibc gives each thread an arena of its own by default, which costs tens of megabytes.
    variables.put("MALLOC_ARENA_MAX", "2");
    variables.putAll(registry());
    service.database().ifPresent(database -> variables.putAll(databaseOf(database)));
    if (service.with().stream().anyMatch(Kafka.NAME::equals)) {
      variables.putAll(connectorsDatabases());
      variables.put("GATEHOUSE_KAFKA_BOOTSTRAP", "127.0.0.1:" + kafka);
    }
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
        hosts(),
        "GATEHOUSE_DB_PORT",
        String.valueOf(postgres.getFirst()),
        "GATEHOUSE_DB_NAME",
        name,
        "GATEHOUSE_DB_USER",
        name,
        "GATEHOUSE_DB_PASSWORD",
        secrets.password(name),
        "GATEHOUSE_DB_RUNTIME_PASSWORD",
        secrets.password(PostgresCluster.runtimeRole(name)));
  }

  private String hosts() {
    return postgres.size() == 1
        ? "127.0.0.1"
        : postgres.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  private Map<String, String> connectorsDatabases() {
    return Map.of(
        "GATEHOUSE_DB_HOST",
        hosts(),
        "GATEHOUSE_DB_PORT",
        String.valueOf(postgres.getFirst()),
        "GATEHOUSE_DB_USER",
        PostgresCluster.CONNECTOR,
        "GATEHOUSE_DB_PASSWORD",
        secrets.password(PostgresCluster.CONNECTOR));
  }

  private Map<String, String> redisServer() {
    return Map.of(
        "GATEHOUSE_REDIS_HOST", "127.0.0.1",
        "GATEHOUSE_REDIS_PORT", String.valueOf(redis),
        "GATEHOUSE_REDIS_PASSWORD", secrets.password(Redis.NAME));
  }
}
