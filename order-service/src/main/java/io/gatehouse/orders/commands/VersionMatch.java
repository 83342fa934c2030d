package io.gatehouse.orders.commands;

import java.util.List;

/**
 * An {@code If-Match} header (RFC 9110 section 13.1.1).
 *
 * @param any {@code *}: whatever the version
 * @param versions the strong tags that are versions; weak ones never match
 */
public record VersionMatch(boolean any, List<Integer> versions) {

  boolean accepts(int version) {
    return any || versions.contains(version);
  }

  boolean isExact() {
    return !any;
  }
}
