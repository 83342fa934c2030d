package io.gatehouse.local.made;

import io.gatehouse.local.platform.Service;
import io.gatehouse.local.platform.Services;
import io.gatehouse.local.platform.Services.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A service as templates ask for it.
 *
 * @param called what it calls
 * @param callers who calls it
 * @param secrets what it is told besides the passwords that it needs for registry and stores
 */
record ServiceView(
    Service service, List<Called> called, List<Caller> callers, List<SecretView> secrets) {

  /** Whom it calls; the door also asks whether they are there. */
  record Called(String name, int port, int managementPort, boolean probed) {}

  /** Who calls it. */
  record Caller(String name) {}

  /** Its database, and where the passwords are of its owner and of the role of its statements. */
  record Database(String name, String secret, String variable, String runtimeVariable) {
    static Database named(String name) {
      var variable = name.toUpperCase(Locale.ROOT) + "_DB_";
      return new Database(
          name,
          name.replace('_', '-') + "-database",
          variable + "PASSWORD",
          variable + "RUNTIME_PASSWORD");
    }

    /** The password as Compose reads it. */
    String compose() {
      return required(variable);
    }

    /** Without it, as in a {@code .env} from before, statements run as the owner. */
    String runtimeCompose() {
      return optional(runtimeVariable);
    }
  }

  /** One of its secrets. */
  record SecretView(String variable, String kubernetes, String key, boolean given) {}

  /** A variable of Compose. */
  record Variable(String name, String value) {}

  static ServiceView of(Service service, Services services) {
    var called = new ArrayList<Called>();
    for (var other : services.all()) {
      if (services.calls(service, other)) {
        var probed = service.isDoor() && !other.isRegistry();
        called.add(new Called(other.name(), other.port(), other.managementPort(), probed));
      }
    }
    var callers =
        services.all().stream()
            .filter(other -> services.calls(other, service))
            .map(other -> new Caller(other.name()))
            .toList();
    var secrets =
        services.secrets().stream()
            .filter(secret -> service.secrets().contains(secret.variable()))
            .map(
                secret ->
                    new SecretView(
                        secret.variable(),
                        secret.kubernetes(),
                        secret.key(),
                        secret.kind() == Kind.GIVEN))
            .toList();
    return new ServiceView(service, called, callers, secrets);
  }

  String name() {
    return service.name();
  }

  int port() {
    return service.port();
  }

  int managementPort() {
    return service.managementPort();
  }

  @Nullable Database database() {
    return service.database().map(Database::named).orElse(null);
  }

  boolean redis() {
    return service.redis();
  }

  boolean door() {
    return service.isDoor();
  }

  boolean registry() {
    return service.isRegistry();
  }

  /** The registries have names of their own, by which they find each other. */
  String kind() {
    return registry() ? "StatefulSet" : "Deployment";
  }

  int memory() {
    return service.memory();
  }

  Service.Cpu cpu() {
    return service.cpu();
  }

  Service.Replicas replicas() {
    return service.replicas();
  }

  boolean autoscaled() {
    return replicas().to() > replicas().from();
  }

  int connections() {
    return service.connections();
  }

  int mostConnections() {
    return connections() * replicas().to();
  }

  List<Service.Scope> scopes() {
    return service.scopes();
  }

  /** The one whose absence the alert's test shows. */
  boolean goneInTest() {
    return name().equals("order-service");
  }

  boolean hasDependencies() {
    return !dependencies().isEmpty();
  }

  /** Whom Compose waits for, in alphabetical order; the door waits for those behind it. */
  List<String> dependencies() {
    var needed = new ArrayList<String>();
    if (door()) {
      called.stream().filter(Called::probed).map(Called::name).forEach(needed::add);
    } else if (!registry()) {
      needed.add("discovery");
    }
    if (database() != null) {
      needed.add("postgres");
    }
    if (redis()) {
      needed.add("redis");
    }
    return needed.stream().sorted().toList();
  }

  /** What Compose tells it besides what it tells all, in alphabetical order. */
  List<Variable> composeVariables() {
    var variables = new TreeMap<String, String>();
    var database = database();
    if (database != null) {
      variables.put("GATEHOUSE_DB_HOST", "postgres");
      variables.put("GATEHOUSE_DB_NAME", database.name());
      variables.put("GATEHOUSE_DB_USER", database.name());
      variables.put("GATEHOUSE_DB_PASSWORD", database.compose());
      variables.put("GATEHOUSE_DB_RUNTIME_PASSWORD", database.runtimeCompose());
    }
    if (redis()) {
      variables.put("GATEHOUSE_REDIS_HOST", "redis");
      variables.put("GATEHOUSE_REDIS_PASSWORD", required("GATEHOUSE_REDIS_PASSWORD"));
    }
    if (door()) {
      variables.put("GATEHOUSE_TLS_CERTIFICATE", "/run/secrets/edge_certificate");
      variables.put("GATEHOUSE_TLS_KEY", "/run/secrets/edge_key");
    }
    for (var secret : secrets) {
      variables.put(
          secret.variable(),
          secret.given() ? optional(secret.variable()) : required(secret.variable()));
    }
    return variables.entrySet().stream()
        .map(one -> new Variable(one.getKey(), one.getValue()))
        .toList();
  }

  private static String required(String variable) {
    return "${" + variable + ":?run deploy/docker/make-env first}";
  }

  private static String optional(String variable) {
    return "${" + variable + ":-}";
  }
}
