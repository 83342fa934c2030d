package io.gatehouse.local.platform;

import java.util.List;
import java.util.Optional;

/**
 * A service of the platform, as {@code services.yml} has it.
 *
 * @param name in the registry; also the module's folder
 * @param port where its first instance listens
 * @param managementPort where its first instance's probes and metrics are
 * @param database the name of its database and of its role; empty when it has none
 * @param connections of its pool to the database
 * @param redis whether it uses Redis
 * @param heap MiB, on one machine
 * @param memory MiB of its container
 * @param cpu of its container
 * @param replicas how many in a cluster
 * @param calls the services that it calls, besides the registry
 * @param secrets the variables by which it is told what it keeps or shares
 * @param scopes of its API
 * @param with what {@code up} has to be asked for to start it; empty when it always runs
 */
public record Service(
    String name,
    int port,
    int managementPort,
    Optional<String> database,
    int connections,
    boolean redis,
    int heap,
    int memory,
    Cpu cpu,
    Replicas replicas,
    List<String> calls,
    List<String> secrets,
    List<Scope> scopes,
    Optional<String> with) {

  /** Processors in Kubernetes' notation, such as {@code 250m} and {@code 2}. */
  public record Cpu(String asked, String allowed) {
    static final Cpu USUAL = new Cpu("250m", "2");
  }

  /** How few and how many instances; as many as few is never scaled. */
  public record Replicas(int from, int to) {
    static final Replicas USUAL = new Replicas(2, 6);
  }

  /**
   * What a token may allow at this service.
   *
   * @param name such as {@code orders.read}
   * @param document what the API document says of it
   * @param consent what a person is asked to allow
   * @param consentDe the same in German; empty for none
   */
  public record Scope(String name, String document, String consent, String consentDe) {}

  /** Where instances find each other. */
  public boolean isRegistry() {
    return name.equals(Services.REGISTRY);
  }

  /** The one that clients reach. */
  public boolean isDoor() {
    return name.equals(Services.DOOR);
  }

  /**
   * Whether more than one can run: the door has one public port, the registry one address there,
   * and of what is optional a second one would only stand by.
   */
  public boolean scales() {
    return !isDoor() && !isRegistry() && with.isEmpty();
  }
}
