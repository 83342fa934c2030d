package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No secret is in the tree: every tracked file against the shapes that secrets have. */
class SecretScanTest {
  private static final Map<String, Pattern> SHAPES =
      Map.of(
          "private key",
              Pattern.compile("-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\\s+[A-Za-z0-9+/=\\s]{64}"),
          "cloud access key", Pattern.compile("\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"),
          "GitHub token", Pattern.compile("\\bgh[pousr]_[A-Za-z0-9]{36}\\b"),
          "Slack token", Pattern.compile("\\bxox[abprs]-[A-Za-z0-9-]{10,}"),
          "Google key", Pattern.compile("\\bAIza[0-9A-Za-z_-]{35}\\b"),
          "signed token",
              Pattern.compile(
                  "\\beyJ[A-Za-z0-9_-]{20,}\\.eyJ[A-Za-z0-9_-]{20,}\\.[A-Za-z0-9_-]{40,}"),
          "password in a URL",
              Pattern.compile("\\b[a-z][a-z0-9+]{2,}://[^/\\s:@$<{\"'`]+:[^/\\s:@$<{\"'`]{6,}@"),
          "named secret",
              Pattern.compile(
                  "(?i)(?:password|secret|api[_-]?key|token)[\"']?\\s*[:=]\\s*[\"']?([A-Za-z0-9+/]{32,}={0,2})[\"'\\s]"));

  /** The worthless key of the image's training run. */
  private static final Set<String> WORTHLESS =
      Set.of("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=");

  @Test
  void trackedFile_holdsNoSecret() throws IOException {
    var tracked = Checkout.run("git", "ls-files");
    assumeTrue(tracked.code() == 0, "not a git checkout: secrets are not looked for");
    var files = tracked.output().lines().toList();
    assertThat(files).hasSizeGreaterThan(30).contains("pom.xml");
    var found = new ArrayList<String>();
    for (var file : files) {
      var path = Checkout.path(file);
      if (Files.isRegularFile(path) && !file.endsWith("SecretScanTest.java")) {
        secrets(Files.readString(path, StandardCharsets.ISO_8859_1))
            .forEach(secret -> found.add(file + ": " + secret));
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void trackedFile_isNoneOfThoseThatHoldSecrets() {
    var tracked = Checkout.run("git", "ls-files");
    assumeTrue(tracked.code() == 0, "not a git checkout: secrets are not looked for");
    assertThat(tracked.output().lines())
        .noneMatch(
            file ->
                file.matches("(.*/)?(\\.env|.*\\.(pem|key|p12|jks))|deploy/docker/\\.secrets/.*"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWS=AKIAABCDEFGHIJKLMNOP",
        "password: 0123456789abcdef0123456789abcdef\n",
        "jdbc:postgresql://shop:hunter2hunter2@db/shop",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
      })
  void scan_finds_whatIsPlanted(String text) {
    assertThat(secrets(text)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"password: ${GATEHOUSE_DB_PASSWORD}", "http://localhost:8080/x@y", "token=abc"})
  void scan_leaves_whatIsNone(String text) {
    assertThat(secrets(text)).isEmpty();
  }

  private static List<String> secrets(String text) {
    return SHAPES.entrySet().stream()
        .flatMap(
            shape ->
                shape
                    .getValue()
                    .matcher(text)
                    .results()
                    .filter(hit -> WORTHLESS.stream().noneMatch(hit.group()::contains))
                    .map(hit -> shape.getKey() + " at character " + hit.start()))
        .toList();
  }
}
