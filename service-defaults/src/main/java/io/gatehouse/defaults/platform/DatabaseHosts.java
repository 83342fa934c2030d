package io.gatehouse.defaults.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where PostgreSQL is: one server, or the members of a cluster of which one is the primary, in the
 * order in which they are tried.
 */
public record DatabaseHosts(List<Host> all) {
  private static final int MAX_PORT = 65_535;
  private static final Pattern HOST =
      Pattern.compile(
          "(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.%]{2,60}])"
              + "(?::(?<port>[0-9]{1,5}))?");

  public DatabaseHosts {
    all = List.copyOf(all);
  }

  /** A server's name or address, that of IPv6 without brackets, and its port. */
  public record Host(String name, int port) {
    @Override
    public String toString() {
      return (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + port;
    }
  }

  /**
   * Reads {@code a}, {@code a:5432}, {@code a,b}, {@code a:5432,[::1]:5433}.
   *
   * @param port of those that name none
   * @throws IllegalArgumentException with a sentence that names the setting
   */
  public static DatabaseHosts of(String setting, int port) {
    return of("gatehouse.db.host (GATEHOUSE_DB_HOST)", setting, port);
  }

  /**
   * Reads them as {@link #of(String, int)} does.
   *
   * @param key the setting's names, for the sentence
   */
  public static DatabaseHosts of(String key, String setting, int port) {
    var hosts = new ArrayList<Host>();
    for (var part : setting.split(",", -1)) {
      var host = HOST.matcher(part.strip());
      if (!host.matches()) {
        throw malformed(key, setting);
      }
      var own = host.group("port");
      var number = own == null ? port : Integer.parseInt(own);
      if (number < 1 || number > MAX_PORT) {
        throw malformed(key, setting);
      }
      var name = host.group("name");
      var found =
          new Host(name.startsWith("[") ? name.substring(1, name.length() - 1) : name, number);
      if (hosts.contains(found)) {
        throw malformed(key, setting);
      }
      hosts.add(found);
    }
    return new DatabaseHosts(hosts);
  }

  private static IllegalArgumentException malformed(String key, String setting) {
    return new IllegalArgumentException(
        key
            + " takes a host, or those of a cluster, each once, as in a,b or a:5432,b:5433, not "
            + setting);
  }

  /** Whether the primary has to be looked for. */
  public boolean several() {
    return all.size() > 1;
  }

  /** What a JDBC URL says besides, so that of several servers the primary is taken. */
  public String jdbcOptions() {
    return several() ? "&targetServerType=primary&hostRecheckSeconds=2&connectTimeout=1" : "";
  }

  /** As a JDBC URL has them. */
  @Override
  public String toString() {
    return all.stream().map(Host::toString).collect(Collectors.joining(","));
  }
}
