package io.gatehouse.gateway.docs;

import io.gatehouse.defaults.web.OpenApiDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.FileSystemResource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The OpenAPI documents as they lie in the repository. */
final class RepositoryDocuments {
  static final String PUBLIC_URL = "http://localhost:8080";
  static final Path ROOT = root();
  static final Path COMMITTED = ROOT.resolve("docs/openapi.json");
  static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private RepositoryDocuments() {}

  static String text(String service) {
    return JSON.writeValueAsString(read(service + "/src/main/resources/openapi.yaml"));
  }

  /** What a gateway with all services behind it serves. */
  static String joined() {
    var services = new LinkedHashMap<String, Map<String, Object>>();
    for (var service : List.of("auth-server", "user-service", "order-service")) {
      services.put(service, read(service + "/src/main/resources/openapi.yaml"));
    }
    return JSON.writeValueAsString(
            PlatformDocument.join(
                read("gateway/src/main/resources/openapi/gateway.yaml"), services))
        + "\n";
  }

  private static Map<String, Object> read(String file) {
    return OpenApiDocument.read(new FileSystemResource(ROOT.resolve(file)), PUBLIC_URL);
  }

  private static Path root() {
    var module = Path.of("").toAbsolutePath();
    return Files.isDirectory(module.resolve("gateway")) ? module : module.getParent();
  }
}
