package io.gatehouse.gateway.docs;

import static io.gatehouse.gateway.pages.StaticAnswer.reading;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.pages.StaticAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * The static pages. Their scripts and styles lie under a tag made of their content, so that
 * browsers may keep them for ever; nothing is loaded from elsewhere and no script is inline.
 */
final class Pages {
  private static final List<String> ASSETS =
      List.of(
          "page.css",
          "sign-in.js",
          "docs.js",
          "graphiql.js",
          "swagger-ui-bundle.js",
          "swagger-ui.css",
          "graphiql.min.js",
          "graphiql.min.css",
          "react.production.min.js",
          "react-dom.production.min.js");

  /** Styles may be inline: the editors and menus of the libraries place themselves that way. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action"
          + " 'none'; frame-ancestors 'none'";

  private static final Map<String, String> PAGE_HEADERS =
      Map.of("Content-Security-Policy", POLICY, "Referrer-Policy", "no-referrer");

  private final String publicUrl;
  private final String graphiql;
  private final Map<String, String> tags = new ConcurrentHashMap<>();

  /**
   * The pages of one gateway.
   *
   * @param demo true when there is a GraphiQL to link to
   */
  Pages(String publicUrl, boolean demo) {
    this.publicUrl = publicUrl;
    this.graphiql = demo ? "<a href=\"/docs/graphiql\">GraphiQL</a>" : "";
  }

  Mono<ServerResponse> page(ServerRequest request, String name) {
    return reading(() -> rendered(name))
        .flatMap(
            html ->
                new StaticAnswer(
                        '"'
                            + DigestUtils.md5DigestAsHex(html.getBytes(StandardCharsets.UTF_8))
                            + '"',
                        CacheControl.noCache(),
                        StaticAnswer.typeOf(name),
                        PAGE_HEADERS,
                        html)
                    .to(request));
  }

  private String rendered(String name) {
    var html = text(name).replace("{{publicUrl}}", publicUrl).replace("{{graphiql}}", graphiql);
    for (var asset : ASSETS) {
      html = html.replace("{{" + asset + "}}", "/docs/assets/" + tag(asset) + "/" + asset);
    }
    return html;
  }

  Mono<ServerResponse> asset(ServerRequest request) {
    var name = request.pathVariable("file");
    return reading(() -> tagged(name, request.pathVariable("tag")))
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND)))
        .flatMap(
            content ->
                new StaticAnswer(
                        '"' + request.pathVariable("tag") + '"',
                        StaticAnswer.FOR_EVER,
                        StaticAnswer.typeOf(name),
                        Map.of(),
                        content)
                    .to(request));
  }

  private @Nullable String tagged(String name, String tag) {
    return ASSETS.contains(name) && tag(name).equals(tag) ? text("assets/" + name) : null;
  }

  private String tag(String asset) {
    return tags.computeIfAbsent(
        asset, name -> DigestUtils.md5DigestAsHex(read("assets/" + name)).substring(0, 12));
  }

  private static String text(String name) {
    return new String(read(name), StandardCharsets.UTF_8);
  }

  private static byte[] read(String name) {
    try {
      return new ClassPathResource("docs/" + name).getContentAsByteArray();
    } catch (IOException missing) {
      throw new UncheckedIOException(name + " is not in the build", missing);
    }
  }
}
