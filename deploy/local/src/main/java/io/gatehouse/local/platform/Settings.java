package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code up} was asked for; kept so that later commands find the platform as it was started.
 *
 * @param publicUrl the one URL that clients know
 * @param port the gateway's port for HTTP
 * @param httpsPort the gateway's port for HTTPS
 * @param scale how many of which service; one when not named
 * @param standby whether the database has a standby
 * @param with what was asked for besides what always runs, such as {@code kafka}
 */
public record Settings(
    URI publicUrl,
    int port,
    int httpsPort,
    Map<String, Integer> scale,
    boolean standby,
    Set<String> with) {
  /** The largest TCP port. */
  public static final int MAX_PORT = 65_535;

  private static final Pattern SEPARATOR = Pattern.compile(",");
  static final String LOOPBACK_ADDRESS = "127.0.0.1";
  private static final Set<String> ADDRESSES = Set.of(LOOPBACK_ADDRESS, "0.0.0.0", "::");
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  public int instancesOf(Service service) {
    return scale.getOrDefault(service.name(), 1);
  }

  /** Whether every service has as many instances as asked for, be they alive or not. */
  boolean isCoveredBy(List<Running> known, Services services) {
    return services.with(with).stream()
        .allMatch(
            service ->
                known.stream().filter(one -> one.component().equals(service.name())).count()
                    >= instancesOf(service));
  }

  /** Whether only this machine can be meant: then there are demo accounts. */
  public boolean isLoopback() {
    return LOOPBACK.contains(publicUrl.getHost());
  }

  /** Whether services start with demo accounts; the caller's own word counts. */
  public boolean demo() {
    return hereUnlessSaid("GATEHOUSE_DEMO");
  }

  /** Whether mails are kept where there is no mail server; the caller's own word counts. */
  boolean keepsMails() {
    return hereUnlessSaid("GATEHOUSE_MAIL_KEEP");
  }

  private boolean hereUnlessSaid(String variable) {
    var given = System.getenv(variable);
    if (given == null || given.isBlank()) {
      return isLoopback();
    }
    if (!given.equals("true") && !given.equals("false")) {
      throw new Failure(variable + " takes true or false, not " + given + ".");
    }
    return given.equals("true");
  }

  /** Stops a start that variables of the caller's make impossible, before anything runs. */
  void checkEnvironment() {
    if (demo() && !isLoopback()) {
      throw new Failure(
          "GATEHOUSE_DEMO is true, and demo accounts are for this machine only: GATEHOUSE_PUBLIC_URL is %s."
              .formatted(publicUrl));
    }
    if (keepsMails() && !isLoopback()) {
      throw new Failure(
          "GATEHOUSE_MAIL_KEEP is true, and kept mails are for this machine only: GATEHOUSE_PUBLIC_URL is %s."
              .formatted(publicUrl));
    }
    address();
  }

  /**
   * Where the door listens, over HTTP and HTTPS: on this machine only, unless the caller's {@code
   * SERVER_ADDRESS} opens it to the network. Everything else listens on the loopback, always.
   */
  String address() {
    var given = System.getenv("SERVER_ADDRESS");
    if (given == null || given.isBlank()) {
      return LOOPBACK_ADDRESS;
    }
    if (!ADDRESSES.contains(given)) {
      throw new Failure(
          "SERVER_ADDRESS takes 127.0.0.1 (this machine only) or 0.0.0.0 (its network, too), not %s."
              .formatted(given));
    }
    return given;
  }

  /** For a new start: 8080 and 8443, or another port and any free one beside it. */
  public static Settings requested(
      @Nullable Integer port, Map<String, Integer> scale, boolean standby, Set<String> with) {
    var http = port == null ? 8080 : port;
    var https = port == null ? 8443 : new Ports().preferring(8443);
    var given = System.getenv("GATEHOUSE_PUBLIC_URL");
    var url = given == null || given.isBlank() ? "http://localhost:" + http : given;
    return new Settings(publicUrl(url), http, https, scale, standby, with);
  }

  private static URI publicUrl(String given) {
    return url(given)
        .orElseThrow(
            () ->
                new Failure(
                    "GATEHOUSE_PUBLIC_URL takes a URL such as https://shop.example.com, not "
                        + given));
  }

  /** A URL of a scheme, a host and a port if it is given; empty when requests cannot go there. */
  public static Optional<URI> url(String given) {
    try {
      var url = new URI(given);
      return url.getHost() != null
              && SCHEMES.contains(url.getScheme())
              && url.getPort() <= MAX_PORT
              && url.getPort() != 0
          ? Optional.of(url)
          : Optional.empty();
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  /** The same with this scale, and this besides. */
  public Settings extended(Map<String, Integer> otherScale, Set<String> besides) {
    var all = new TreeSet<>(with);
    all.addAll(besides);
    return new Settings(publicUrl, port, httpsPort, otherScale, standby, all);
  }

  /** Whether events go to Kafka. */
  boolean withKafka() {
    return with.contains(Kafka.NAME);
  }

  /** As the platform in this folder was last started. */
  public static Optional<Settings> saved(Home home) {
    var values = new Properties();
    try (var in = Files.newBufferedReader(file(home), StandardCharsets.UTF_8)) {
      values.load(in);
      var scale = new TreeMap<String, Integer>();
      for (var service : Services.of(home).all()) {
        var count = values.getProperty("scale." + service.name());
        if (count != null) {
          scale.put(service.name(), Integer.parseInt(count));
        }
      }
      return Optional.of(
          new Settings(
              URI.create(values.getProperty("publicUrl")),
              Integer.parseInt(values.getProperty("port")),
              Integer.parseInt(values.getProperty("httpsPort")),
              scale,
              Boolean.parseBoolean(values.getProperty("standby")),
              SEPARATOR
                  .splitAsStream(values.getProperty("with", ""))
                  .filter(extra -> !extra.isEmpty())
                  .collect(Collectors.toSet())));
    } catch (IOException | RuntimeException none) {
      return Optional.empty();
    }
  }

  void save(Home home) {
    var values = new Properties();
    values.setProperty("publicUrl", publicUrl.toString());
    values.setProperty("port", String.valueOf(port));
    values.setProperty("httpsPort", String.valueOf(httpsPort));
    values.setProperty("standby", String.valueOf(standby));
    values.setProperty("with", String.join(",", with));
    scale.forEach((service, count) -> values.setProperty("scale." + service, count.toString()));
    try (var out = Files.newBufferedWriter(file(home), StandardCharsets.UTF_8)) {
      values.store(out, null);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path file(Home home) {
    return home.run().resolve("platform.properties");
  }
}
