package io.gatehouse.local.made;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.platform.Checkouts;
import io.gatehouse.local.platform.Service;
import io.gatehouse.local.platform.Services;
import io.gatehouse.local.platform.Services.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that read services.yml themselves read in it what the command line does. */
class ScriptsTest {
  private static final Services LIST = Services.read(Checkouts.ROOT);

  @TempDir private Path root;

  @BeforeEach
  void copy() throws IOException {
    for (var path :
        List.of(
            "services.yml",
            "deploy/docker/make-env",
            "deploy/docker/make-tls",
            "deploy/kubernetes/make-secrets")) {
      Files.createDirectories(root.resolve(path).getParent());
      Files.copy(Checkouts.ROOT.resolve(path), root.resolve(path));
    }
  }

  @Test
  void makeEnv_makesEverySecret_andAddsThoseOfANewService() throws Exception {
    assertThat(run("deploy/docker/make-env").code()).isZero();
    var whole = Files.readAllLines(root.resolve(".env"));
    assertThat(names(whole)).containsAll(variables());

    var without = whole.stream().filter(line -> !line.startsWith("ORDERS_DB_PASSWORD=")).toList();
    Files.write(root.resolve(".env"), without);
    var added = run("deploy/docker/make-env");

    assertThat(added.code()).as(added.output()).isZero();
    assertThat(added.output()).contains("added ORDERS_DB_PASSWORD");
    var after = Files.readAllLines(root.resolve(".env"));
    assertThat(after).containsAll(without);
    assertThat(names(after)).containsExactlyInAnyOrderElementsOf(names(whole));

    assertThat(run("deploy/docker/make-env").code()).as("nothing to add").isEqualTo(1);
    assertThat(root.resolve(".env")).hasContent(String.join("\n", after));
  }

  @Test
  void makeSecrets_printsEverySecret_orOnlyThoseNamed() throws Exception {
    var expected = new ArrayList<String>();
    expected.add("name: first-admin\n");
    // What is given is the operator's, and may be absent.
    LIST.secrets().stream()
        .filter(secret -> secret.kind() != Kind.GIVEN)
        .forEach(
            secret -> {
              expected.add("name: " + secret.kubernetes() + "\n");
              expected.add("  " + secret.key() + ": \"");
            });
    databases().forEach(name -> expected.add("name: " + name.replace('_', '-') + "-database\n"));
    assertThat(run("deploy/kubernetes/make-secrets").output()).contains(expected);

    assertThat(
            run("env", "only=orders-database", "bash", "deploy/kubernetes/make-secrets").output())
        .contains("name: orders-database\n", "  password: \"", "  runtime-password: \"")
        .doesNotContain("users-database", "edge-tls", "order-keys");
  }

  @Test
  void makeTls_makesACertificate_forEveryService() throws Exception {
    assertThat(run("deploy/docker/make-tls").code()).isZero();
    assertThat(LIST.all())
        .extracting(Service::name)
        .allSatisfy(
            name ->
                assertThat(root.resolve("deploy/docker/.secrets/tls/" + name + "/tls.crt"))
                    .isRegularFile());
  }

  private static List<String> variables() {
    var variables = new ArrayList<String>();
    databases()
        .forEach(
            name -> {
              variables.add(name.toUpperCase(Locale.ROOT) + "_DB_PASSWORD");
              variables.add(name.toUpperCase(Locale.ROOT) + "_DB_RUNTIME_PASSWORD");
            });
    LIST.secrets().stream()
        .filter(secret -> secret.kind() != Kind.GIVEN)
        .forEach(secret -> variables.add(secret.variable()));
    assertThat(variables).hasSizeGreaterThan(5);
    return variables;
  }

  private static List<String> databases() {
    return LIST.all().stream().flatMap(service -> service.database().stream()).toList();
  }

  private static List<String> names(List<String> lines) {
    return lines.stream()
        .filter(line -> line.matches("[A-Z_]+=.+"))
        .map(line -> line.substring(0, line.indexOf('=')))
        .toList();
  }

  private record Outcome(int code, String output) {}

  private Outcome run(String... command) throws IOException, InterruptedException {
    var whole = new ArrayList<>(command.length == 1 ? List.of("bash") : List.<String>of());
    whole.addAll(List.of(command));
    var process =
        new ProcessBuilder(whole).directory(root.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Outcome(process.exitValue(), output);
  }
}
