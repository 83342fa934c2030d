package io.gatehouse.gateway.docs;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.Preconditions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.util.DigestUtils;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The static pages. Their scripts and styles lie under a tag made of their content, so that
 * browsers may keep them for ever; nothing is loaded from elsewhere and no script is inline.
 */
final class Pages {
  private static final Map<String, MediaType> TYPES =
      Map.of(
          "js", MediaType.parseMediaType("text/javascript;charset=UTF-8"),
          "css", MediaType.parseMediaType("text/css;charset=UTF-8"));

  private static final List<String> ASSETS =
      List.of(
          "page.css",
          "sign-in.js",
          "docs.js",
          "graphiql.js",
          "console.js",
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

  private static final CacheControl FOR_EVER =
      CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

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
                unlessKnown(
                    request,
                    '"' + DigestUtils.md5DigestAsHex(html.getBytes(StandardCharsets.UTF_8)) + '"',
                    CacheControl.noCache(),
                    ok ->
                        ok.contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                            .header("Content-Security-Policy", POLICY)
                            .header("Referrer-Policy", "no-referrer")
                            .header("X-Content-Type-Options", "nosniff")
                            .bodyValue(html)));
  }

  /** RFC 9110 section 13.2.2: a 304, with what a cache needs of a 200, for whoever has it. */
  private static Mono<ServerResponse> unlessKnown(
      ServerRequest request,
      String tag,
      CacheControl cache,
      Function<ServerResponse.BodyBuilder, Mono<ServerResponse>> content) {
    return Preconditions.of(request).check(tag) == Preconditions.Outcome.NOT_MODIFIED
        ? ServerResponse.status(304).eTag(tag).cacheControl(cache).build()
        : content.apply(ServerResponse.ok().eTag(tag).cacheControl(cache));
  }

  private String rendered(String name) {
    var html =
        new String(read(name), StandardCharsets.UTF_8)
            .replace("{{publicUrl}}", publicUrl)
            .replace("{{graphiql}}", graphiql);
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
                unlessKnown(
                    request,
                    '"' + request.pathVariable("tag") + '"',
                    FOR_EVER,
                    ok ->
                        ok.contentType(
                                TYPES.getOrDefault(
                                    name.substring(name.lastIndexOf('.') + 1),
                                    MediaType.APPLICATION_OCTET_STREAM))
                            .header("X-Content-Type-Options", "nosniff")
                            .bodyValue(content)));
  }

  private byte @Nullable [] tagged(String name, String tag) {
    return ASSETS.contains(name) && tag(name).equals(tag) ? read("assets/" + name) : null;
  }

  /** Files are read on threads that may block. Browsers keep them, so they are not kept here. */
  private static <T> Mono<T> reading(Callable<@Nullable T> file) {
    return Mono.<T>fromCallable(file).subscribeOn(Schedulers.boundedElastic());
  }

  private String tag(String asset) {
    return tags.computeIfAbsent(
        asset, name -> DigestUtils.md5DigestAsHex(read("assets/" + name)).substring(0, 12));
  }

  private static byte[] read(String name) {
    try {
      return new ClassPathResource("docs/" + name).getContentAsByteArray();
    } catch (IOException missing) {
      throw new UncheckedIOException(name + " is not in the build", missing);
    }
  }
}
