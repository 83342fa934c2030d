package io.gatehouse.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;

/** A person's browser, or a program: keeps cookies, follows no redirect by itself. */
final class Browser {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final int port;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();

  Browser(int port) {
    this.port = port;
  }

  /** Sends this header from now on. */
  Browser with(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Browser withBasic(String user, String password) {
    var credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return with(
        "Authorization", "Basic " + java.util.Base64.getEncoder().encodeToString(credentials));
  }

  Map<String, String> cookies() {
    return cookies;
  }

  HttpResponse<String> get(String pathOrUrl) {
    return send(request(pathOrUrl).GET());
  }

  HttpResponse<String> send(String method, String pathOrUrl) {
    return send(request(pathOrUrl).method(method, HttpRequest.BodyPublishers.noBody()));
  }

  HttpResponse<String> post(String pathOrUrl, Map<String, String> form) {
    return post(pathOrUrl, encode(form));
  }

  /** Posts a form as it is written, in which a parameter may come again. */
  HttpResponse<String> post(String pathOrUrl, String form) {
    return send(
        request(pathOrUrl)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  HttpResponse<String> sendJson(String method, String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Submits a form of the page at {@code path}, with its hidden token. */
  HttpResponse<String> submit(String page, String action, Map<String, String> form) {
    var shown = get(page);
    var all = new LinkedHashMap<>(form);
    all.put("_csrf", csrf(shown.body()));
    return post(action, all);
  }

  static String csrf(String html) {
    return field(html, "_csrf");
  }

  /** What the page's first field of this name holds. */
  static String field(String html, String name) {
    return Jsoup.parse(html).expectFirst("input[name=" + name + "]").attr("value");
  }

  /** Where the page's first link leads whose address starts so. */
  static String link(String html, String start) {
    return Jsoup.parse(html).expectFirst("a[href^='" + start + "']").attr("href");
  }

  static String location(HttpResponse<String> response) {
    return response
        .headers()
        .firstValue("Location")
        .orElseThrow(
            () ->
                new AssertionError(
                    response.statusCode() + " without Location: " + response.body()));
  }

  static @Nullable String parameter(String url, String name) {
    var query = URI.create(url).getRawQuery();
    for (var pair : query == null ? new String[0] : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return java.net.URLDecoder.decode(
            pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  static String encode(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private HttpRequest.Builder request(String pathOrUrl) {
    var path =
        pathOrUrl.startsWith(AuthServerTest.PUBLIC_URL)
            ? pathOrUrl.substring(AuthServerTest.PUBLIC_URL.length())
            : pathOrUrl;
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .timeout(Duration.ofSeconds(20));
    headers.forEach(request::setHeader);
    if (!cookies.isEmpty()) {
      request.header(
          "Cookie",
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      var response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      for (var set : response.headers().allValues("Set-Cookie")) {
        var pair = set.substring(0, set.contains(";") ? set.indexOf(';') : set.length());
        cookies.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
      }
      return response;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
