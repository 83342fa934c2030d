package io.gatehouse.local.platform;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The platform's services and secrets: {@code services.yml} at the root of the checkout.
 *
 * @param all services that always run
 * @param optional those that run when they are asked for
 */
public record Services(List<Service> all, List<Service> optional, List<Secret> secrets) {
  /** The file's name. */
  public static final String FILE = "services.yml";

  static final String REGISTRY = "discovery";
  static final String DOOR = "gateway";
  static final String ISSUER = "auth-server";
  private static final Map<Path, Services> READ = new ConcurrentHashMap<>();

  /**
   * What services share or keep.
   *
   * @param variable tells it to them
   * @param kind how it is made
   * @param kubernetes the Secret's name
   * @param key in that Secret
   * @param local its name in a data folder; empty when it is given
   */
  public record Secret(String variable, Kind kind, String kubernetes, String key, String local) {}

  /** How a secret comes to be. */
  public enum Kind {
    /** Made at random; can be changed any time. */
    PASSWORD,
    /** 32 bytes in base64; what is stored needs it. */
    KEY,
    /** The operator's word; may be absent. */
    GIVEN
  }

  /** Those of the checkout, read once by a process. */
  static Services of(Home home) {
    return READ.computeIfAbsent(home.root(), Services::read);
  }

  /**
   * Reads the list.
   *
   * @param root the checkout
   * @throws Failure naming file, line and key when it cannot be meant
   */
  public static Services read(Path root) {
    return ServicesFile.read(root.resolve(FILE));
  }

  /** The service of that name. */
  public Optional<Service> find(String name) {
    return every().filter(service -> service.name().equals(name)).findFirst();
  }

  /** What to tell of a name that no service has. */
  public String unknown(String name) {
    return "There is no service \"%s\"; there are %s."
        .formatted(name, names().collect(Collectors.joining(", ")));
  }

  /** Whether one calls the other: all call the registry, the door calls all. */
  public boolean calls(Service caller, Service called) {
    return !caller.isRegistry()
        && !caller.name().equals(called.name())
        && (called.isRegistry() || caller.isDoor() || caller.calls().contains(called.name()));
  }

  /** Whether another service could listen there. */
  public boolean isFree(int port) {
    return !ServicesFile.RESERVED.contains(port)
        && every().noneMatch(one -> one.port() == port || one.managementPort() == port);
  }

  Stream<String> names() {
    return every().map(Service::name);
  }

  Stream<Service> every() {
    return Stream.concat(all.stream(), optional.stream());
  }

  /** Those that run when all of this is asked for. */
  List<Service> with(Set<String> wanted) {
    return every().filter(service -> service.with().stream().allMatch(wanted::contains)).toList();
  }

  /** What can be asked for. */
  public Set<String> extras() {
    return optional.stream()
        .flatMap(service -> service.with().stream())
        .collect(Collectors.toSet());
  }

  /** The databases, each with a role of its name. */
  List<String> databases() {
    return all.stream().flatMap(service -> service.database().stream()).toList();
  }

  Service registry() {
    return find(REGISTRY).orElseThrow();
  }

  Secret secret(String variable) {
    return secrets.stream()
        .filter(secret -> secret.variable().equals(variable))
        .findFirst()
        .orElseThrow();
  }
}
