package io.gatehouse.local.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** Passwords and keys, made at the first start and readable by their owner only. */
public final class Secrets {
  private static final String KEY_ENCRYPTION = "key-encryption-key";
  private static final String DATA_ENCRYPTION = "data-encryption-key";
  private static final List<String> PASSWORDS =
      List.of(
          "postgres", "auth", "users", "orders", "redis", "discovery", "gateway", "order-service");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final Properties values;

  private Secrets(Path file, Properties values) {
    this.file = file;
    this.values = values;
  }

  /** Reads them, or makes them when the data folder is new. */
  static Secrets in(Home home) {
    var file = home.data().resolve("secrets.properties");
    return Files.exists(file) ? read(file) : create(file, home);
  }

  String password(String owner) {
    return value(owner);
  }

  String keyEncryptionKey() {
    return value(KEY_ENCRYPTION);
  }

  String dataEncryptionKey() {
    return value(DATA_ENCRYPTION);
  }

  private String value(String name) {
    var value = values.getProperty(name);
    if (value == null || value.isBlank()) {
      throw damaged(file, "it has no \"" + name + "\"");
    }
    return value;
  }

  private static Secrets read(Path file) {
    var values = new Properties();
    try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      values.load(in);
    } catch (IOException | IllegalArgumentException failed) {
      throw damaged(file, "it cannot be read (" + failed.getMessage() + ")");
    }
    var secrets = new Secrets(file, values);
    Stream.concat(PASSWORDS.stream(), Stream.of(KEY_ENCRYPTION, DATA_ENCRYPTION))
        .forEach(secrets::value);
    return secrets;
  }

  private static Secrets create(Path file, Home home) {
    if (Files.exists(home.data().resolve("postgres"))) {
      throw damaged(file, "it is missing, while there are databases made with it");
    }
    var values = new Properties();
    PASSWORDS.forEach(
        owner -> values.setProperty(owner, random(Base64.getUrlEncoder().withoutPadding(), 24)));
    values.setProperty(KEY_ENCRYPTION, random(Base64.getEncoder(), 32));
    values.setProperty(DATA_ENCRYPTION, random(Base64.getEncoder(), 32));
    try {
      writePrivately(file, text(values));
    } catch (IOException failed) {
      throw new Failure("Cannot write " + file + ": " + Failure.reason(failed), failed);
    }
    return new Secrets(file, values);
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
