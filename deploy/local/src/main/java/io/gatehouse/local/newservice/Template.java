package io.gatehouse.local.newservice;

import io.gatehouse.local.platform.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A module under {@code deploy/templates}, which is compiled and tested as it is. What becomes a
 * new service's is spelled with the word template.
 */
enum Template {
  PLAIN,
  DATABASE;

  private Path folder(Path root) {
    return root.resolve("deploy/templates").resolve(name().toLowerCase(Locale.ROOT));
  }

  /**
   * The new module's files.
   *
   * @param root the checkout
   * @return texts by their paths in the module
   */
  Map<Path, String> files(Path root, ServiceName name, int port, int managementPort) {
    var folder = folder(root);
    var files = new TreeMap<Path, String>();
    try (var found = Files.walk(folder)) {
      for (var file : found.filter(Files::isRegularFile).toList()) {
        var path = folder.relativize(file);
        if (path.startsWith("src") || path.equals(Path.of("pom.xml"))) {
          var renamed = Path.of(spelled(path.toString(), name));
          files.put(renamed, adapted(path, Files.readString(file), name, port, managementPort));
        }
      }
      return files;
    } catch (IOException unreadable) {
      throw new Failure(
          "Cannot read the template %s: %s".formatted(folder, Failure.reason(unreadable)),
          unreadable);
    }
  }

  private static String adapted(
      Path path, String text, ServiceName name, int port, int managementPort) {
    if (path.endsWith("application.yml")) {
      return spelled(
          text.replace("name: template\n", "name: " + name.database() + "\n")
              .replace("user: template\n", "user: " + name.database() + "\n")
              .replace("port: 8080\n", "port: " + port + "\n")
              .replace("port: 9080\n", "port: " + managementPort + "\n"),
          name);
    }
    if (path.endsWith("pom.xml")) {
      return spelled(
          text.replace("    <relativePath>../../../pom.xml</relativePath>\n", "")
              .replaceFirst(
                  "<artifactId>template-[a-z]+</artifactId>",
                  "<artifactId>" + name.module() + "</artifactId>"),
          name);
    }
    return spelled(text, name);
  }

  private static String spelled(String text, ServiceName name) {
    return text.replace("io.gatehouse.template", "io.gatehouse." + name.packageName())
        .replace("io/gatehouse/template", "io/gatehouse/" + name.packageName())
        .replace("Template", name.className())
        .replace("template", name.text());
  }
}
