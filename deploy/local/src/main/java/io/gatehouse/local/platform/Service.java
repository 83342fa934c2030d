package io.gatehouse.local.platform;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The platform's services and what docs/between-services.md says of each. */
public enum Service {
  DISCOVERY("discovery", 8761, 9761, null, 64),
  AUTH_SERVER("auth-server", 9000, 9900, "auth", 128),
  USER_SERVICE("user-service", 8081, 9081, "users", 128),
  ORDER_SERVICE("order-service", 8082, 9082, "orders", 160),
  GATEWAY("gateway", 8080, 9080, null, 192);

  private final String title;
  private final int port;
  private final int managementPort;
  private final @Nullable String database;
  private final int heapMegabytes;

  Service(
      String title, int port, int managementPort, @Nullable String database, int heapMegabytes) {
    this.title = title;
    this.port = port;
    this.managementPort = managementPort;
    this.database = database;
    this.heapMegabytes = heapMegabytes;
  }

  /** The name in the registry; also the module's folder. */
  public String title() {
    return title;
  }

  int port() {
    return port;
  }

  int managementPort() {
    return managementPort;
  }

  /** The name of its database and of its role; empty when it has none. */
  Optional<String> database() {
    return Optional.ofNullable(database);
  }

  int heapMegabytes() {
    return heapMegabytes;
  }

  /** Whether more than one can run: the door has one public port, the registry has no peers. */
  public boolean scales() {
    return this != GATEWAY && this != DISCOVERY;
  }

  /** The service of that name. */
  public static Optional<Service> find(String title) {
    return Arrays.stream(values()).filter(service -> service.title.equals(title)).findFirst();
  }

  /** What to tell of a name that no service has. */
  public static String unknown(String title) {
    return "There is no service \"%s\"; there are %s."
        .formatted(
            title, Arrays.stream(values()).map(Service::title).collect(Collectors.joining(", ")));
  }
}
