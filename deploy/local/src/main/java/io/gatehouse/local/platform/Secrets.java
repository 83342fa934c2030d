package io.gatehouse.local.platform;

import io.gatehouse.local.platform.Services.Kind;
import io.gatehouse.local.platform.Services.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Passwords and keys, readable by their owner only. They are made at the first start; those of a
 * service that was added later, at the next one.
 */
public final class Secrets {
  /** Also the name of a database that every cluster has. */
  static final String SUPERUSER = "postgres";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final Properties values;
  private final Services services;

  private Secrets(Path file, Properties values, Services services) {
    this.file = file;
    this.values = values;
    this.services = services;
  }

  /**
   * Reads them, and makes those that nothing stored depends on yet.
   *
   * @throws Failure when one is missing that stored data needs
   */
  static Secrets in(Home home) {
    var file = home.data().resolve("secrets.properties");
    var services = Services.of(home);
    var cluster = Files.exists(home.data().resolve("postgres"));
    if (!Files.exists(file) && cluster) {
      throw damaged(file, "it is missing, while there are databases made with it");
    }
    var values = Files.exists(file) ? read(file) : new Properties();
    var stored = new ArrayList<>(PostgresCluster.databases(home));
    if (cluster) {
      stored.add(SUPERUSER);
    }
    var missing = new ArrayList<Needed>();
    for (var needed : needed(services)) {
      var value = values.getProperty(needed.name());
      if (value == null && stored.stream().noneMatch(needed.databases()::contains)) {
        missing.add(needed);
      } else if (value == null || value.isBlank()) {
        throw damaged(file, "it has no \"" + needed.name() + "\"");
      }
    }
    if (!missing.isEmpty()) {
      missing.forEach(needed -> values.setProperty(needed.name(), random(needed.kind())));
      write(file, values);
    }
    return new Secrets(file, values, services);
  }

  String password(String owner) {
    return value(owner);
  }

  /** What a service is told by that variable; empty when it is the operator's to give. */
  Optional<String> told(String variable) {
    var secret = services.secret(variable);
    return secret.kind() == Kind.GIVEN ? Optional.empty() : Optional.of(value(secret.local()));
  }

  private String value(String name) {
    var value = values.getProperty(name);
    if (value == null || value.isBlank()) {
      throw damaged(file, "it has no \"" + name + "\"");
    }
    return value;
  }

  /**
   * One of the file's values.
   *
   * @param databases that were made with it: once one of them is there, it can only be restored
   */
  private record Needed(String name, Kind kind, List<String> databases) {}

  private static List<Needed> needed(Services services) {
    var needed = new ArrayList<Needed>();
    needed.add(new Needed(SUPERUSER, Kind.PASSWORD, List.of(SUPERUSER)));
    needed.add(new Needed(Redis.NAME, Kind.PASSWORD, List.of()));
    needed.add(new Needed(Services.REGISTRY, Kind.PASSWORD, List.of()));
    if (!services.optional().isEmpty()) {
      var connector = PostgresCluster.CONNECTOR;
      needed.add(new Needed(connector, Kind.PASSWORD, List.of(connector)));
    }
    for (var name : services.databases()) {
      needed.add(new Needed(name, Kind.PASSWORD, List.of(name)));
      var runtime = PostgresCluster.runtimeRole(name);
      needed.add(new Needed(runtime, Kind.PASSWORD, List.of(runtime)));
    }
    for (var secret : services.secrets()) {
      if (secret.kind() != Kind.GIVEN) {
        needed.add(new Needed(secret.local(), secret.kind(), keptWith(secret, services)));
      }
    }
    return needed;
  }

  /** A password can be made anew; what was encrypted with a key needs that key. */
  private static List<String> keptWith(Secret secret, Services services) {
    return secret.kind() == Kind.PASSWORD
        ? List.of()
        : services.all().stream()
            .filter(service -> service.secrets().contains(secret.variable()))
            .flatMap(service -> service.database().stream())
            .toList();
  }

  private static Properties read(Path file) {
    var values = new Properties();
    try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      values.load(in);
      return values;
    } catch (IOException | IllegalArgumentException failed) {
      throw damaged(file, "it cannot be read (" + failed.getMessage() + ")");
    }
  }

  private static void write(Path file, Properties values) {
    try {
      writePrivately(file, text(values));
    } catch (IOException failed) {
      throw new Failure("Cannot write " + file + ": " + Failure.reason(failed), failed);
    }
  }

  private static String text(Properties values) {
    var text = new StringBuilder("# Without this file the data beside it cannot be read.\n");
    values.stringPropertyNames().stream()
        .sorted()
        .forEach(
            name -> text.append(name).append('=').append(values.getProperty(name)).append('\n'));
    return text.toString();
  }

  /** Never readable by others, not even for a moment, and whole or not there. */
  static void writePrivately(Path file, String text) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var draft = Files.createTempFile(file.getParent(), ".draft", "", ownerOnly);
    Files.writeString(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String random(Kind kind) {
    return kind == Kind.KEY
        ? random(Base64.getEncoder(), 32)
        : random(Base64.getUrlEncoder().withoutPadding(), 24);
  }

  private static String random(Base64.Encoder encoder, int bytes) {
    var value = new byte[bytes];
    RANDOM.nextBytes(value);
    return encoder.encodeToString(value);
  }

  private static Failure damaged(Path file, String why) {
    return new Failure(
        "The data folder is damaged: %s cannot be used, %s. Restore it from a backup, or move %s away to start afresh."
            .formatted(file, why, file.getParent()));
  }
}
