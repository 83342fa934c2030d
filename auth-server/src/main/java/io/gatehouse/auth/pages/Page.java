package io.gatehouse.auth.pages;

import io.gatehouse.auth.ReturnTo;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Component;

/** The frame that all pages share. */
@Component
class Page {
  private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);

  private final Assets assets;

  Page(Assets assets) {
    this.assets = assets;
  }

  ResponseEntity<String> show(String title, Html content) {
    return show(200, title, content);
  }

  ResponseEntity<String> show(int status, String title, Html content) {
    return ResponseEntity.status(status)
        .cacheControl(CacheControl.noStore())
        .contentType(HTML)
        .body(frame(title, content));
  }

  String frame(String title, Html content) {
    return Html.of(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>%s · Gatehouse</title>
            <link rel="stylesheet" href="%s">
            <link rel="icon" type="image/svg+xml" href="%s">
            </head>
            <body>
            <header class="brand">\
            <svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" focusable="false">\
            <path d="M3 21V9l2-2V4h2v2h2V4h2v2h2V4h2v2h2V4h2v3l2 2v12h-6v-5a3 3 0 0 0-6 0v5z"/>\
            </svg>Gatehouse</header>
            <main>
            <h1>%s</h1>
            %s
            </main>
            </body>
            </html>
            """,
            title, assets.stylesheet(), assets.icon(), title, content)
        .text();
  }

  /** The hidden field without which no form of ours is accepted. */
  static Html csrf(CsrfToken token) {
    return Html.of(
        "<input type=\"hidden\" name=\"%s\" value=\"%s\">",
        token.getParameterName(), token.getToken());
  }

  /** Where the form leads after signing in. */
  static Html returnTo(Optional<ReturnTo> wanted) {
    return wanted.map(to -> hidden(ReturnTo.PARAMETER, to.value())).orElse(Html.NOTHING);
  }

  static Html hidden(String name, String value) {
    return Html.of("<input type=\"hidden\" name=\"%s\" value=\"%s\">", name, value);
  }

  static Html bad(String sentence) {
    return Html.of("<p class=\"note bad\" role=\"alert\">%s</p>", sentence);
  }

  static Html good(String sentence) {
    return Html.of("<p class=\"note good\" role=\"status\">%s</p>", sentence);
  }

  /**
   * A labelled input; {@code wrong} is what the last attempt got wrong, {@code hint} what helps.
   */
  static Html field(Field field) {
    var describedBy =
        field.wrong() != null
            ? Html.of(" aria-invalid=\"true\" aria-describedby=\"%s-wrong\"", field.name())
            : field.hint() != null
                ? Html.of(" aria-describedby=\"%s-hint\"", field.name())
                : Html.NOTHING;
    var below =
        field.wrong() != null
            ? Html.of("<p class=\"wrong\" id=\"%s-wrong\">%s</p>", field.name(), field.wrong())
            : field.hint() != null
                ? Html.of("<p class=\"hint\" id=\"%s-hint\">%s</p>", field.name(), field.hint())
                : Html.NOTHING;
    return Html.of(
        """
        <div class="field"><label for="%s">%s</label>
        <input id="%s" name="%s" type="%s" value="%s" autocomplete="%s" required%s%s>%s</div>
        """,
        field.name(),
        field.label(),
        field.name(),
        field.name(),
        field.type(),
        field.value(),
        field.autocomplete(),
        field.first() ? new Html(" autofocus") : Html.NOTHING,
        describedBy,
        below);
  }

  /** One input of a form. */
  record Field(
      String name,
      String label,
      String type,
      String autocomplete,
      boolean first,
      @Nullable String value,
      @Nullable String hint,
      @Nullable String wrong) {}
}
