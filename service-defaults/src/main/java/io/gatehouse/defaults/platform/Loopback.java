package io.gatehouse.defaults.platform;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** The names of this machine in a URL: what only it can reach. */
public final class Loopback {
  private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private Loopback() {}

  /**
   * Whether it is one of them.
   *
   * @param host as {@link URI#getHost} has it
   */
  public static boolean is(String host) {
    return NAMES.contains(host.toLowerCase(Locale.ROOT));
  }
}
