package io.gatehouse.gateway.edge;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorBody;
import io.gatehouse.defaults.web.OAuthEndpoints;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.json.JsonMapper;

/** How an error is told, which depends on who asked for what. */
enum ErrorForm {
  /** The platform's error body. */
  JSON("application/json"),
  /** What OAuth clients read: RFC 6749 section 5.2, where {@code error} is a text. */
  OAUTH("application/json"),
  /** A page, for people. */
  PAGE("text/html;charset=UTF-8");

  private static final String HTML = "text/html";
  private static final String STYLE =
      ":root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}"
          + "body{max-width:34rem;margin:18vh auto 0;padding:0 1.5rem}"
          + "p:last-child{opacity:.75;font-size:.85rem}";

  private static final Map<String, String> PAGE_HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; style-src '"
              + ContentHash.sha256(STYLE)
              + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

  private final String contentType;

  private record OAuthError(String error, @JsonProperty("error_description") String description) {}

  ErrorForm(String contentType) {
    this.contentType = contentType;
  }

  /**
   * The form for one request.
   *
   * @param path in its normal form
   * @param accept the header's value; a browser names {@code text/html} first
   */
  static ErrorForm of(String path, @Nullable String accept) {
    if (OAuthEndpoints.areForClients(path)) {
      return OAUTH;
    }
    var person = accept != null && accept.regionMatches(true, 0, HTML, 0, HTML.length());
    return person && !path.startsWith("/api/") && !path.equals("/graphql") ? PAGE : JSON;
  }

  String contentType() {
    return contentType;
  }

  /** Headers that this form needs besides its type. */
  Map<String, String> headers() {
    return this == PAGE ? PAGE_HEADERS : Map.of();
  }

  byte[] body(JsonMapper json, ApiException error, String requestId) {
    return switch (this) {
      case JSON -> json.writeValueAsBytes(ErrorBody.of(error, requestId));
      case OAUTH ->
          json.writeValueAsBytes(new OAuthError(oauthCode(error.status()), error.getMessage()));
      case PAGE -> page(error, requestId).getBytes(StandardCharsets.UTF_8);
    };
  }

  /** RFC 6749 sections 4.1.2.1 and 5.2 have no better ones. */
  private static String oauthCode(int status) {
    return switch (status) {
      case 429, 502, 503, 504 -> "temporarily_unavailable";
      default -> status < 500 ? "invalid_request" : "server_error";
    };
  }

  private static String page(ApiException error, String requestId) {
    var title = error.status() == 404 ? "There is nothing here" : "This did not work";
    return String.format(
        Locale.ROOT,
        """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>%1$s</title>
          <style>%2$s</style>
        </head>
        <body>
          <main>
            <h1>%1$s</h1>
            <p>%3$s.</p>
            <p>Status %4$d, %5$s. Request %6$s</p>
          </main>
        </body>
        </html>
        """,
        title,
        STYLE,
        HtmlUtils.htmlEscape(error.getMessage()),
        error.status(),
        HtmlUtils.htmlEscape(error.code()),
        HtmlUtils.htmlEscape(requestId));
  }
}
