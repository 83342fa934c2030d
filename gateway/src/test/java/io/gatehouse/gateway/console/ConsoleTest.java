package io.gatehouse.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.ComposingGateway;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The console as a browser gets it. */
class ConsoleTest extends ComposingGateway {
  private static final Pattern ASSET =
      Pattern.compile("(?:href|src)=\"(assets/[^\"]+)\"(?: integrity=\"([^\"]+)\")?");

  private record Linked(String path, String integrity) {}

  private List<Linked> linked() {
    return ASSET
        .matcher(send(request("/console/")).body())
        .results()
        .map(found -> new Linked("/console/" + found.group(1), found.group(2)))
        .toList();
  }

  @Test
  void page_isAskedForEachTime_andAllowsNothingInlineNorElsewhere() {
    var page = send(request("/console/"));

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "Content-Type")).isEqualTo("text/html;charset=UTF-8");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
    assertThat(header(page, "Content-Security-Policy"))
        .contains(
            "default-src 'none'",
            "script-src 'self';",
            "style-src 'self';",
            "connect-src 'self';",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "http", "*", "data:");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "X-Frame-Options")).isEqualTo("DENY");
    assertThat(header(page, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
    assertThat(page.body())
        .doesNotContain("<style", " style=", " on", "{{", "<!-- modules -->")
        .doesNotContainPattern("<script(?![^>]* src=)");
    var tag = header(page, "ETag");
    assertThat(send(request("/console/").header("If-None-Match", tag)).statusCode()).isEqualTo(304);
  }

  @Test
  void file_isKeptForEver_andIsWhatThePageSaysItIs() throws Exception {
    var linked = linked();
    assertThat(linked).hasSizeGreaterThan(20);
    for (var file : linked) {
      var answer = send(request(file.path()));
      assertThat(answer.statusCode()).as(file.path()).isEqualTo(200);
      assertThat(header(answer, "Cache-Control")).isEqualTo("max-age=31536000, public, immutable");
      assertThat(header(answer, "Content-Type"))
          .isEqualTo(
              file.path().endsWith(".svg")
                  ? "image/svg+xml"
                  : file.path().endsWith(".css")
                      ? "text/css;charset=UTF-8"
                      : "text/javascript;charset=UTF-8");
      if (!file.path().endsWith(".svg")) {
        var hash =
            MessageDigest.getInstance("SHA-384")
                .digest(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(file.integrity())
            .as(file.path())
            .isEqualTo("sha384-" + Base64.getEncoder().encodeToString(hash));
      }
      var tag = header(answer, "ETag");
      assertThat(send(request(file.path()).header("If-None-Match", tag)).statusCode())
          .isEqualTo(304);
      var head = send(request(file.path()).method("HEAD", BodyPublishers.noBody()));
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(header(head, "ETag")).isEqualTo(tag);
      assertThat(head.body()).isEmpty();
    }
  }

  @Test
  void everyImport_leadsToAFile_thatThePageLoadsAtOnce() {
    var linked = linked().stream().map(Linked::path).toList();
    var imports = Pattern.compile("(?:from|import)\\s*\\(?[\"']([@\\w./-]+)[\"']");
    for (var path : linked) {
      if (path.endsWith(".js")) {
        var targets =
            imports.matcher(send(request(path)).body()).results().map(found -> found.group(1));
        assertThat(targets)
            .as(path)
            .allSatisfy(
                target ->
                    assertThat(linked).contains("/console/assets/" + target.replace("./", "")));
      }
    }
  }

  @Test
  void firstView_isSmall() throws Exception {
    var paths = new ArrayList<>(List.of("/console/"));
    linked().stream().map(Linked::path).distinct().forEach(paths::add);
    long bytes = 0;
    for (var path : paths) {
      var answer =
          CLIENT.send(
              request(path).header("Accept-Encoding", "gzip").build(), BodyHandlers.ofByteArray());
      bytes += answer.body().length;
    }

    assertThat(bytes).isBetween(20_000L, 100L * 1024);
  }

  @Test
  void otherPaths_areNotFound_orRefused() {
    var file = linked().getFirst().path();
    var otherHash = file.replaceFirst("\\.[0-9a-f]{16}\\.", ".0000000000000000.");
    for (var path :
        List.of(
            otherHash,
            "/console/app.js",
            "/console/index.html",
            "/console/assets/",
            "/console/assets/app.js",
            "/console/assets/a/b.js",
            "/console/x")) {
      var answer = send(request(path));
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(json(answer).at("/error/code").asString()).isEqualTo("NOT_FOUND");
    }
    for (var path :
        List.of(
            "/console/assets/..%2f..%2fapplication.yml",
            "/console/assets/%2e%2e/index.html",
            "/console/assets/a%00.js",
            "/console/assets;x=1/a.js")) {
      var answer = send(request(path));
      assertThat(answer.statusCode()).as(path).isEqualTo(400);
      assertThat(json(answer).at("/error/code").asString()).isEqualTo("MALFORMED_REQUEST");
    }
  }

  @Test
  void console_isRead_andNothingElse() {
    var file = linked().getFirst().path();
    for (var path : List.of("/console/", file)) {
      var answer = send(request(path).POST(BodyPublishers.noBody()));
      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
    }
    var withoutSlash = send(request("/console"));
    assertThat(withoutSlash.statusCode()).isEqualTo(308);
    assertThat(header(withoutSlash, "Location")).isEqualTo("/console/");
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
