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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(Base64.getDecoder().decode(told(made, "GATEHOUSE_DATA_ENCRYPTION_KEY"))).hasSize(32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth", "postgres", "key-encryption-key", "data-encryption-key"})
  void secrets_areRefused_whenOneIsMissingThatDataWasMadeWith(String name) throws IOException {
    Secrets.in(home());
    Files.createDirectories(folder.resolve("postgres"));
    Files.writeString(folder.resolve("postgres/gatehouse.databases"), "auth\nusers\norders\n");
    remove(name);

    assertThatThrownBy(() -> Secrets.in(home()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("The data folder is damaged")
        .hasMessageContaining("\"" + name + "\"");
  }

  @Test
  void secret_isMade_whenItsServiceIsNewToTheFolder() throws IOException {
    var before = Secrets.in(home());
    Files.createDirectories(folder.resolve("postgres"));
    Files.writeString(folder.resolve("postgres/gatehouse.databases"), "auth\nusers\n");
    remove("orders");
    remove("data-encryption-key");

    var made = Secrets.in(home());

    assertThat(made.password("orders")).isNotEqualTo(before.password("orders")).hasSize(32);
    assertThat(told(made, "GATEHOUSE_DATA_ENCRYPTION_KEY")).hasSize(44);
    assertThat(made.password("users")).isEqualTo(before.password("users"));
    assertThat(Secrets.in(home()).password("orders")).isEqualTo(made.password("orders"));
  }

  @Test
  void newSecrets_areRefused_besideOldDatabases() throws IOException {
    Files.createDirectories(folder.resolve("postgres"));

    assertThatThrownBy(() -> Secrets.in(home()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("The data folder is damaged");
    assertThat(folder.resolve("secrets.properties")).doesNotExist();
  }

  private void remove(String name) throws IOException {
    var file = folder.resolve("secrets.properties");
    var lines = Files.readAllLines(file);
    assertThat(lines.removeIf(line -> line.startsWith(name + "="))).isTrue();
    Files.write(file, lines);
  }

  private static String told(Secrets secrets, String variable) {
    return secrets.told(variable).orElseThrow();
  }

  private Home home() {
    return Home.of(Checkouts.ROOT, folder);
  }
}
