package io.gatehouse.local.platform;

import io.gatehouse.local.platform.Service.Cpu;
import io.gatehouse.local.platform.Service.Replicas;
import io.gatehouse.local.platform.Service.Scope;
import io.gatehouse.local.platform.Services.Kind;
import io.gatehouse.local.platform.Services.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads {@code services.yml}; whatever is wrong there is told in a sentence with file and line. */
final class ServicesFile {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern DATABASE = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Pattern CPUS = Pattern.compile("[1-9][0-9]*m?");
  private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9_]*");
  private static final Pattern SCOPE = Pattern.compile("[a-z][a-z0-9_.-]*");
  private static final Pattern WORDS = Pattern.compile("\\p{L}[\\p{L}0-9 ,'-]*");
  private static final String WORDS_ARE =
      "letters, digits, spaces, commas, apostrophes and hyphens";
  private static final Pattern SECRET = Pattern.compile("[a-z][a-z0-9-]*/[a-z][a-z0-9.-]*");
  private static final int MOST_MEBIBYTES = 1 << 20;

  private ServicesFile() {}

  static Services read(Path file) {
    try (var in = Files.newBufferedReader(file)) {
      var options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      var top = new YamlEntries(file, new Yaml(options).compose(in));
      var services =
          top.entries("services").stream().map(entry -> service(entry, Optional.empty())).toList();
      var optional = top.entries("optional").stream().map(ServicesFile::optional).toList();
      var secrets = top.entries("secrets").stream().map(ServicesFile::secret).toList();
      top.refuseOthers();
      var read = new Services(services, optional, secrets);
      top.entries("services").forEach(entry -> check(entry, read));
      top.entries("optional").forEach(entry -> check(entry, read));
      for (var needed : List.of(Services.REGISTRY, Services.DOOR)) {
        if (read.find(needed).isEmpty()) {
          throw top.refusal("services", "must name " + needed);
        }
      }
      return read;
    } catch (MarkedYAMLException malformed) {
      throw new Failure(
          "%s:%d is not YAML: %s."
              .formatted(file, malformed.getProblemMark().getLine() + 1, malformed.getProblem()),
          malformed);
    } catch (IOException unreadable) {
      throw new Failure(
          "Cannot read %s: %s".formatted(file, Failure.reason(unreadable)), unreadable);
    }
  }

  private static Service optional(YamlEntries entry) {
    var with = entry.text("with", NAME, "small letters, digits and single hyphens");
    return service(entry, Optional.of(with.orElseThrow(() -> entry.refusal("with", "is missing"))));
  }

  private static Service service(YamlEntries entry, Optional<String> with) {
    entry.requireName(NAME, "small letters, digits and single hyphens");
    var service =
        new Service(
            entry.name(),
            entry.number("port", 1, Settings.MAX_PORT),
            entry.number("management-port", 1, Settings.MAX_PORT),
            entry.text("database", DATABASE, "small letters, digits and underscores"),
            entry.number("connections", 1, 1000, 10),
            entry.flag("redis"),
            entry.number("heap", 16, MOST_MEBIBYTES, 128),
            entry.number("memory", 64, MOST_MEBIBYTES, 512),
            entry.entry("cpu").map(ServicesFile::cpu).orElse(Cpu.USUAL),
            entry.entry("replicas").map(ServicesFile::replicas).orElse(Replicas.USUAL),
            entry.texts("calls"),
            entry.texts("secrets"),
            entry.entries("scopes").stream().map(ServicesFile::scope).toList(),
            with);
    entry.refuseOthers();
    return service;
  }

  private static Cpu cpu(YamlEntries entry) {
    var what = "CPUs, such as 250m or 2";
    var cpu =
        new Cpu(
            entry.text("asked", CPUS, what).orElse(Cpu.USUAL.asked()),
            entry.text("allowed", CPUS, what).orElse(Cpu.USUAL.allowed()));
    entry.refuseOthers();
    return cpu;
  }

  private static Replicas replicas(YamlEntries entry) {
    var from = entry.number("from", 1, 1000);
    var replicas = new Replicas(from, entry.number("to", from, 1000));
    entry.refuseOthers();
    return replicas;
  }

  private static Scope scope(YamlEntries entry) {
    entry.requireName(SCOPE, "small letters, digits, dots, hyphens and underscores");
    var scope =
        new Scope(
            entry.name(),
            words(entry, "document"),
            words(entry, "consent"),
            entry.text("consent-de", WORDS, WORDS_ARE).orElse(""));
    entry.refuseOthers();
    return scope;
  }

  private static String words(YamlEntries entry, String key) {
    return entry.text(key, WORDS, WORDS_ARE).orElseThrow(() -> entry.refusal(key, "is missing"));
  }

  private static Secret secret(YamlEntries entry) {
    entry.requireName(VARIABLE, "a variable's name in capitals");
    var kind =
        Stream.of(Kind.values())
            .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(entry.sentence("kind")))
            .findFirst()
            .orElseThrow(() -> entry.refusal("kind", "takes password, key or given"));
    var kubernetes =
        entry
            .text("kubernetes", SECRET, "the name of a Secret, a slash and a key in it")
            .orElseThrow(() -> entry.refusal("kubernetes", "is missing"))
            .split("/", 2);
    var local = entry.text("local", NAME, "small letters, digits and hyphens");
    if (local.isEmpty() == (kind != Kind.GIVEN)) {
      throw entry.refusal("local", "belongs to what is made, and only to that");
    }
    entry.refuseOthers();
    return new Secret(entry.name(), kind, kubernetes[0], kubernetes[1], local.orElse(""));
  }

  /** What one entry says of others. */
  private static void check(YamlEntries entry, Services services) {
    var service = services.find(entry.name()).orElseThrow();
    for (var called : service.calls()) {
      if (services.find(called).isEmpty() || called.equals(service.name())) {
        throw entry.refusal("calls", "names \"" + called + "\", which is no other service");
      }
    }
    for (var variable : service.secrets()) {
      if (services.secrets().stream().noneMatch(one -> one.variable().equals(variable))) {
        throw entry.refusal(
            "secrets", "names \"" + variable + "\", which is not among the secrets");
      }
    }
    Set<Object> taken = new HashSet<>();
    services
        .every()
        .takeWhile(other -> !other.name().equals(service.name()))
        .forEach(other -> taken.addAll(unique(other)));
    taken.addAll(RESERVED);
    unique(service).stream()
        .filter(one -> !taken.add(one))
        .findFirst()
        .ifPresent(
            one -> {
              throw entry.refusal(keyOf(one, service), "is taken by another: " + one);
            });
  }

  /** The stores' and dashboards' ports, and the database that every server has. */
  static final Set<Object> RESERVED =
      Set.of(5432, 6379, 8443, 9090, 3000, "postgres", "template0", "template1");

  private static List<Object> unique(Service service) {
    return Stream.concat(
            Stream.<Object>of(service.port(), service.managementPort()).distinct(),
            Stream.concat(service.database().stream(), service.scopes().stream().map(Scope::name)))
        .toList();
  }

  private static String keyOf(Object value, Service service) {
    if (Optional.of(value).equals(service.database().map(Object.class::cast))) {
      return "database";
    }
    if (value.equals(service.managementPort())) {
      return "management-port";
    }
    return value.equals(service.port()) ? "port" : "scopes";
  }
}
