package io.gatehouse.local.platform;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * As little as a service has to be to be started: it answers the probes on the port that it is
 * told, and ends when somebody else listens there.
 */
public final class ListeningService {
  private ListeningService() {}

  /** A program of its own. */
  public static void main(String[] arguments) throws IOException {
    answering(Integer.parseInt(System.getenv("MANAGEMENT_SERVER_PORT")));
  }

  /** Ready, and says which process it is. */
  static HttpServer answering(int port) throws IOException {
    var server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    var info = "{\"process\":{\"pid\":%d,\"cpus\":2}}".formatted(ProcessHandle.current().pid());
    server.createContext(
        "/actuator",
        exchange -> {
          var answer = info.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer);
          }
        });
    server.start();
    return server;
  }

  /** A build of it in a folder, as the launcher takes them. */
  static UnpackedService unpackedIn(Path folder, Service service) throws IOException {
    var manifest = new Manifest();
    var attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, ListeningService.class.getName());
    attributes.put(Attributes.Name.CLASS_PATH, Path.of("target/test-classes").toUri().toString());
    var jar = Files.createDirectories(folder).resolve("service.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.finish();
    }
    return new UnpackedService(service, folder);
  }
}
