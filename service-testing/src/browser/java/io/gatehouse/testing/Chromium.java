package io.gatehouse.testing;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real browser with a profile of its own, driven by the DevTools protocol. What it asks of the
 * public URL goes to a port of the test's choice.
 */
public final class Chromium implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * It leaves a folder here when it is killed, and names a socket in it, for which few bytes fit.
   */
  private static final Path SHORT = Path.of(System.getenv().getOrDefault("TMPDIR", "/tmp"));

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern LISTENS = Pattern.compile("ws://127\\.0\\.0\\.1:([0-9]+)/");

  private final URI publicUrl;
  private final Path profile;
  private final Path sockets;
  private final Process process;
  private final String debugPort;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<BrowserTab> tabs = new ArrayList<>();

  /** The program, where there is one. */
  public static Optional<Path> find() {
    var folders = System.getenv().getOrDefault("PATH", "").split(":", -1);
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(name -> Stream.of(folders).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts it.
   *
   * @param publicUrl what pages are asked for by
   * @param port of the loopback, where they really are
   */
  public Chromium(Path program, URI publicUrl, int port) {
    this(program, publicUrl, Map.of(publicUrl.getAuthority(), port));
  }

  /**
   * Starts it.
   *
   * @param publicUrl what pages are asked for by
   * @param ports of the loopback, by the host and port that are asked for there
   */
  public Chromium(Path program, URI publicUrl, Map<String, Integer> ports) {
    this.publicUrl = publicUrl;
    try {
      profile = Files.createTempDirectory("gatehouse-chromium");
      sockets = Files.createTempDirectory(SHORT, "gatehouse-chromium");
      var start =
          new ProcessBuilder(
                  program.toString(),
                  "--headless=new",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-dev-shm-usage",
                  "--no-first-run",
                  "--lang=en-US",
                  "--remote-debugging-port=0",
                  "--host-resolver-rules=" + rules(ports),
                  "--user-data-dir=" + profile,
                  "about:blank")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      start.environment().put("TMPDIR", sockets.toString());
      process = start.start();
      debugPort = debugPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String rules(Map<String, Integer> ports) {
    return ports.entrySet().stream()
        .map(one -> "MAP " + one.getKey() + " 127.0.0.1:" + one.getValue())
        .collect(Collectors.joining(", "));
  }

  private String debugPort() throws IOException {
    var said =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    for (@Nullable String line = said.readLine(); line != null; line = said.readLine()) {
      var found = LISTENS.matcher(line);
      if (found.find()) {
        // Whoever writes must be read, or it stops.
        Thread.ofVirtual().start(() -> readOn(said));
        return found.group(1);
      }
    }
    throw new IOException("Chromium ended before it listened");
  }

  private static void readOn(BufferedReader said) {
    try {
      said.transferTo(Writer.nullWriter());
    } catch (IOException ended) {
      // It ends with the browser.
    }
  }

  /** An empty tab; all tabs of a browser share cookies and storage. */
  public BrowserTab newTab() {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + debugPort + "/json/new?about:blank"))
            .timeout(PATIENCE)
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      var page = JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
      var address = URI.create(page.path("webSocketDebuggerUrl").asString(""));
      var tab = new BrowserTab(http, address, publicUrl);
      tabs.add(tab);
      return tab;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  @Override
  public void close() {
    tabs.forEach(BrowserTab::disconnect);
    http.shutdownNow();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    await().atMost(PATIENCE).until(() -> !process.isAlive());
    for (var folder : List.of(profile, sockets)) {
      await().atMost(PATIENCE).ignoreExceptions().until(() -> isRemoved(folder));
    }
  }

  private static boolean isRemoved(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return true;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
    return !Files.exists(folder);
  }
}
