import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The loads of bench/console; run by it with the URL, the browser and how many. */
public class FirstView {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Notes when the sign-in button has been painted: milliseconds since the navigation began. */
  private static final String WATCH =
      "window.shown = new Promise(done => new MutationObserver((_, observer) => {"
          + " if (document.querySelector('#sign-in')) { observer.disconnect();"
          + " requestAnimationFrame(() => setTimeout(() => done(performance.now()))); } })"
          + ".observe(document, {childList: true, subtree: true}))";

  private static final String LOADED =
      "(() => { const all = performance.getEntries().filter(one => one.transferSize);"
          + " return all.length + ' ' + all.reduce((sum, one) => sum + one.transferSize, 0); })()";

  public static void main(String[] args) throws Exception {
    var millis = new ArrayList<Double>();
    var loaded = load(args[0], args[1]).loaded(); // The gateway prepares its files at the first.
    for (int n = 0; n < Integer.parseInt(args[2]); n++) {
      millis.add(load(args[0], args[1]).millis());
    }
    System.out.println(
        millis.stream()
            .map(one -> "%.0f".formatted(one))
            .collect(Collectors.joining(" ", "ms: ", "")));
    millis.sort(Comparator.naturalOrder());
    var parts = loaded.split(" ");
    System.out.printf(
        "first view after %.0f ms (median of %d; %.0f to %.0f), %s answers, %.1f KiB%n",
        millis.get(millis.size() / 2),
        millis.size(),
        millis.get(0),
        millis.get(millis.size() - 1),
        parts[0],
        Integer.parseInt(parts[1]) / 1024.0);
  }

  private record Load(double millis, String loaded) {}

  /** One, in a browser that has seen nothing before. */
  private static Load load(String url, String program) throws Exception {
    var profile = Files.createTempDirectory("gatehouse-bench-chromium");
    var browser =
        new ProcessBuilder(
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--lang=en-US",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      var port = find("ws://127\\.0\\.0\\.1:(\\d+)/", browser.errorReader());
      var create =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"));
      var tab =
          HTTP.send(
              create.PUT(HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
      var socket = new Tab(found("\"webSocketDebuggerUrl\": \"([^\"]+)\"", tab.body()).group(1));
      socket.call("Page.enable", "{}");
      socket.call("Page.addScriptToEvaluateOnNewDocument", "{\"source\":\"" + WATCH + "\"}");
      socket.call("Page.navigate", "{\"url\":\"" + url + "/console/\"}");
      return new Load(
          Double.parseDouble(found("\"value\":([0-9.]+)", socket.evaluate("shown")).group(1)),
          found("\"value\":\"([^\"]+)\"", socket.evaluate(LOADED)).group(1));
    } finally {
      browser.descendants().forEach(ProcessHandle::destroyForcibly);
      browser.destroyForcibly().waitFor();
      remove(profile);
    }
  }

  private static String find(String pattern, BufferedReader said) throws IOException {
    for (var line = said.readLine(); line != null; line = said.readLine()) {
      var found = Pattern.compile(pattern).matcher(line);
      if (found.find()) {
        // Whoever writes must be read, or it stops.
        var reader = new Thread(() -> said.lines().forEach(more -> {}));
        reader.setDaemon(true);
        reader.start();
        return found.group(1);
      }
    }
    throw new IOException("Chromium ended before it listened");
  }

  private static Matcher found(String pattern, String text) {
    var matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException(pattern + " is not in " + text);
    }
    return matcher;
  }

  private static void remove(Path folder) throws Exception {
    for (int attempt = 0; attempt < 50 && Files.exists(folder); attempt++) {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException | java.io.UncheckedIOException stillWritten) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  /** One command after the other, by the DevTools protocol. */
  private static final class Tab implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;
    private int id;
    private volatile CompletableFuture<String> answer = new CompletableFuture<>();

    Tab(String address) {
      socket = HTTP.newWebSocketBuilder().buildAsync(URI.create(address), this).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        if (text.indexOf("{\"id\":") == 0) {
          answer.complete(text.toString());
        }
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    String call(String method, String parameters) throws Exception {
      answer = new CompletableFuture<>();
      socket.sendText(
          "{\"id\":%d,\"method\":\"%s\",\"params\":%s}".formatted(++id, method, parameters), true);
      return answer.get(60, TimeUnit.SECONDS);
    }

    String evaluate(String expression) throws Exception {
      return call(
          "Runtime.evaluate",
          "{\"expression\":\"%s\",\"returnByValue\":true,\"awaitPromise\":true}"
              .formatted(expression));
    }
  }
}
