package io.gatehouse.local.drill;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be broken. */
public enum Scenario {
  /** One instance dies at once and is started again. */
  KILL(true, "kill one instance of %s and start it again"),
  /** One instance is silent instead of dead. */
  HANG(true, "stop one instance of %s (SIGSTOP) and let it go on after some seconds (SIGCONT)"),
  /** The primary is lost and the standby promoted. */
  FAILOVER(false, "kill the primary PostgreSQL and promote its standby"),
  /** No Redis for some seconds. */
  REDIS(false, "kill Redis and start it again after some seconds"),
  /** No registry for some seconds. */
  REGISTRY(false, "kill the registry and start it again after some seconds"),
  /** Every service replaced. */
  RESTART_ALL(false, "restart every service, one instance after the other");

  private final boolean ofAComponent;
  private final String request;

  Scenario(boolean ofAComponent, String request) {
    this.ofAComponent = ofAComponent;
    this.request = request;
  }

  /** The scenario that the command line calls so. */
  public static Optional<Scenario> named(String name) {
    return Arrays.stream(values()).filter(one -> one.label().equals(name)).findFirst();
  }

  /** All of them, as the command line takes them. */
  public static String all() {
    return Arrays.stream(values())
        .map(one -> one.ofAComponent ? one.label() + " SERVICE" : one.label())
        .collect(Collectors.joining(", "));
  }

  /** Whether it is one of a service or a store. */
  public boolean isOfAComponent() {
    return ofAComponent;
  }

  /** As the command line calls it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What somebody is asked to do who causes it. */
  String request(String component) {
    return request.formatted(component);
  }
}
