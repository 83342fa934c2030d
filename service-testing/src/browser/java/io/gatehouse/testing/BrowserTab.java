package io.gatehouse.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One tab of a {@link Chromium}. It remembers what its pages complained about and which addresses
 * they asked for.
 */
public final class BrowserTab {
  private static final JsonMapper JSON = new JsonMapper();

  private static final Map<String, Integer> KEYS =
      Map.of(
          "Tab",
          9,
          "Enter",
          13,
          "Escape",
          27,
          "Space",
          32,
          "End",
          35,
          "Home",
          36,
          "ArrowLeft",
          37,
          "ArrowRight",
          39);

  private final URI publicUrl;
  private final WebSocket socket;
  private final AtomicInteger number = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  BrowserTab(HttpClient http, URI address, URI publicUrl) {
    this.publicUrl = publicUrl;
    this.socket = http.newWebSocketBuilder().buildAsync(address, new Answers()).join();
    for (var domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Map.of());
    }
  }

  private final class Answers implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        var message = JSON.readTree(text.toString());
        text.setLength(0);
        var waiting = asked.remove(message.path("id").asInt(-1));
        if (waiting != null) {
          waiting.complete(message);
        } else {
          happened(message.path("method").asString(""), message.path("params"));
        }
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  private void happened(String what, JsonNode of) {
    switch (what) {
      case "Runtime.exceptionThrown" ->
          complaints.add(of.at("/exceptionDetails/exception/description").asString("exception"));
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "assert").contains(of.path("type").asString(""))) {
          complaints.add("console: " + of.path("args"));
        }
      }
      // Violations of a Content-Security-Policy are among them.
      case "Log.entryAdded" -> {
        var entry = of.path("entry");
        if (entry.path("level").asString("").equals("error")) {
          complaints.add(entry.path("text").asString("") + " " + entry.path("url").asString(""));
        }
      }
      case "Network.requestWillBeSent" -> requests.add(of.at("/request/url").asString(""));
      default -> {}
    }
  }

  /** Closes the tab as a person does; the browser stays. */
  public void close() {
    call("Page.close", Map.of());
  }

  /** One command of the protocol, and its result. */
  public JsonNode call(String method, Map<String, ?> parameters) {
    int id = number.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    asked.put(id, answer);
    var command = Map.of("id", id, "method", method, "params", parameters);
    socket.sendText(JSON.writeValueAsString(command), true).join();
    var said = answer.orTimeout(Chromium.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (said.has("error")) {
      throw new IllegalStateException(method + ": " + said);
    }
    return said.path("result");
  }

  /** What an expression comes to in the page; a missing node when it throws. */
  public JsonNode evaluate(String expression) {
    return call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true))
        .at("/result/value");
  }

  /** Opens a page of the public URL. */
  public void open(String path) {
    call("Page.navigate", Map.of("url", publicUrl + path));
  }

  /** Waits until an expression is true of the page, whichever page that is by then. */
  public void awaitTrue(String expression) {
    try {
      await()
          .atMost(Chromium.PATIENCE)
          .ignoreExceptions()
          .until(() -> evaluate("!!(" + expression + ")").asBoolean(false));
    } catch (org.awaitility.core.ConditionTimeoutException late) {
      throw new AssertionError(
          "%s is not true of %s, which complains of %s and says: %s"
              .formatted(
                  expression,
                  evaluate("location.href").asString(""),
                  complaints,
                  evaluate("document.body.innerText").asString("")),
          late);
    }
  }

  /** Waits until the page has this heading and is there whole. */
  public void awaitHeading(String heading) {
    awaitTrue(
        "document.readyState === 'complete' && document.querySelector('h1')?.textContent.trim() ==="
            + " "
            + quoted(heading));
  }

  /** Waits for an element that is not disabled, and clicks it. */
  public void click(String selector) {
    awaitTrue(
        "(() => { const found = document.querySelector(%s); if (!found || found.disabled) return false; found.click(); return true; })()"
            .formatted(quoted(selector)));
  }

  /** Waits for a field, and puts the cursor into it with all that it holds marked. */
  public void focus(String selector) {
    awaitTrue(
        "(() => { const found = document.querySelector(%s); found?.focus(); found?.select?.(); return document.activeElement === found && !!found; })()"
            .formatted(quoted(selector)));
  }

  /** Puts a text into a field in place of what it held. */
  public void fill(String selector, String text) {
    focus(selector);
    type(text);
  }

  /** The text of an element; empty when there is none. */
  public String text(String selector) {
    return evaluate("document.querySelector(" + quoted(selector) + ")?.textContent.trim() ?? ''")
        .asString("");
  }

  /** Types where the cursor is. */
  public void type(String text) {
    call("Input.insertText", Map.of("text", text));
  }

  /** Presses a key: {@code Tab}, {@code Shift+Tab}, {@code Enter}, {@code Space} and the like. */
  public void press(String chord) {
    var shift = chord.startsWith("Shift+");
    var key = shift ? chord.substring(6) : chord;
    int code = Optional.ofNullable(KEYS.get(key)).orElseThrow();
    var text = key.equals("Enter") ? "\r" : key.equals("Space") ? " " : "";
    for (var type : List.of("keyDown", "keyUp")) {
      var event = new HashMap<String, Object>();
      event.put("type", type);
      event.put("key", key.equals("Space") ? " " : key);
      event.put("code", key);
      event.put("windowsVirtualKeyCode", code);
      event.put("text", text);
      event.put("modifiers", shift ? 8 : 0);
      call("Input.dispatchKeyEvent", event);
    }
  }

  /** Has the browser offer no passkeys by itself, which a virtual device would answer at once. */
  public void withoutConditionalMediation() {
    beforeEachPage(
        "if (window.PublicKeyCredential)"
            + " PublicKeyCredential.isConditionalMediationAvailable = undefined");
  }

  /** Runs a script in each page before its own. */
  public void beforeEachPage(String script) {
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** Puts in a device that has passkeys and verifies its person without asking. */
  public void addVirtualAuthenticator() {
    call("WebAuthn.enable", Map.of());
    call(
        "WebAuthn.addVirtualAuthenticator",
        Map.of(
            "options",
            Map.of(
                "protocol", "ctap2",
                "transport", "internal",
                "hasResidentKey", true,
                "hasUserVerification", true,
                "isUserVerified", true,
                "automaticPresenceSimulation", true)));
  }

  /** A picture of what is to be seen. */
  public void screenshot(Path file) {
    var picture = call("Page.captureScreenshot", Map.of("format", "png")).path("data");
    try {
      Files.write(file, Base64.getDecoder().decode(picture.asString("")));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What went wrong in the pages: exceptions, errors of the console, violations. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Forgets what went wrong so far. */
  public void forgetComplaints() {
    complaints.clear();
  }

  /** Every address that the pages asked for. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private static String quoted(String text) {
    return JSON.writeValueAsString(text);
  }

  void disconnect() {
    socket.abort();
  }
}
