package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
  @TempDir private Path folder;

  @Test
  void secrets_areMadeOnce_forTheirOwnerOnly() throws IOException {
    var made = Secrets.in(home());
    var file = folder.resolve("secrets.properties");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Secrets.in(home()).password("orders")).isEqualTo(made.password("orders"));
    assertThat(made.password("orders")).isNotEqualTo(made.password("users"));
    assertThat(Base64.getDecoder().decode(made.dataEncryptionKey())).hasSize(32);
  }

  @Test
  void secrets_areRefused_whenOneIsMissing() throws IOException {
    Secrets.in(home());
    var file = folder.resolve("secrets.properties");
    Files.write(
        file, Files.readAllLines(file).stream().filter(line -> !line.startsWith("auth")).toList());

    assertThatThrownBy(() -> Secrets.in(home()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("The data folder is damaged")
        .hasMessageContaining("\"auth\"");
  }

  @Test
  void newSecrets_areRefused_besideOldDatabases() throws IOException {
    Files.createDirectories(folder.resolve("postgres"));

    assertThatThrownBy(() -> Secrets.in(home()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("The data folder is damaged");
    assertThat(folder.resolve("secrets.properties")).doesNotExist();
  }

  private Home home() {
    return Home.of(folder, folder);
  }
}
