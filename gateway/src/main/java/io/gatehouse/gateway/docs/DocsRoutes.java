package io.gatehouse.gateway.docs;

import static io.gatehouse.gateway.pages.StaticAnswer.readOnly;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.defaults.web.OpenApiDocument;
import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.gateway.routes.Admission;
import io.gatehouse.gateway.routes.OwnEndpoint;
import io.gatehouse.gateway.upstreams.UpstreamClient;
import java.net.URI;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Where the document and its pages are. */
@Configuration(proxyBeanMethods = false)
class DocsRoutes {
  private static final CacheControl SHORT =
      CacheControl.maxAge(Duration.ofSeconds(30)).cachePublic();

  private static final URI CONSOLE = URI.create("/console/");

  @Bean
  LiveDocument liveDocument(
      DocsProperties properties,
      UpstreamClient services,
      JsonMapper json,
      GatehouseProperties platform) {
    return new LiveDocument(
        properties,
        services,
        json,
        () ->
            OpenApiDocument.read(new ClassPathResource("openapi/gateway.yaml"), platform.issuer()));
  }

  @Bean
  OwnEndpoint docsEndpoint() {
    return new OwnEndpoint("docs", Admission.OPEN, "/", "/openapi.json", "/docs", "/docs/**");
  }

  @Bean
  RouterFunction<ServerResponse> openApiRoutes(LiveDocument document) {
    return ApiRoutes.table()
        .get(
            "/openapi.json",
            request -> document.current().flatMap(current -> answer(request, current)))
        .build();
  }

  private static Mono<ServerResponse> answer(
      ServerRequest request, LiveDocument.Published current) {
    return Preconditions.of(request).check(current.tag()) == Preconditions.Outcome.NOT_MODIFIED
        ? ServerResponse.status(304).eTag(current.tag()).cacheControl(SHORT).build()
        : ServerResponse.ok()
            .contentType(MediaType.APPLICATION_JSON)
            .eTag(current.tag())
            .cacheControl(SHORT)
            .bodyValue(current.bytes());
  }

  @Bean
  RouterFunction<ServerResponse> pageRoutes(
      GatehouseProperties platform, @Value("${gatehouse.demo:false}") boolean demo) {
    var pages = new Pages(platform.issuer(), demo);
    var routes =
        RouterFunctions.route()
            .route(
                path("/docs").or(path("/docs/")),
                readOnly(request -> pages.page(request, "docs.html")))
            .route(path("/docs/assets/{tag}/{file}"), readOnly(pages::asset))
            .route(path("/"), readOnly(DocsRoutes::welcome));
    if (demo) {
      routes.route(
          path("/docs/graphiql"), readOnly(request -> pages.page(request, "graphiql.html")));
    }
    return routes.build();
  }

  /** What is here: a browser is sent to the console, a program is told. */
  private static Mono<ServerResponse> welcome(ServerRequest request) {
    var accepted = request.headers().accept();
    return !accepted.isEmpty()
            && accepted.getFirst().isCompatibleWith(MediaType.TEXT_HTML)
            && accepted.getFirst().isConcrete()
        ? ServerResponse.status(HttpStatus.FOUND)
            .location(CONSOLE)
            .varyBy(HttpHeaders.ACCEPT)
            .build()
        : ServerResponse.ok()
            .contentType(MediaType.APPLICATION_JSON)
            .varyBy(HttpHeaders.ACCEPT)
            .bodyValue(new Welcome("gatehouse", "/docs", CONSOLE.getPath()));
  }

  private record Welcome(String name, String docs, String console) {}
}
