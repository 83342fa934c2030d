package io.gatehouse.gateway.docs;

import io.gatehouse.defaults.ApiRoutes;
import io.gatehouse.defaults.GatehouseProperties;
import io.gatehouse.defaults.OpenApiDocument;
import io.gatehouse.gateway.upstreams.UpstreamClient;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
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
  RouterFunction<ServerResponse> openApiRoutes(LiveDocument document) {
    return ApiRoutes.table()
        .get(
            "/openapi.json",
            request -> document.current().flatMap(current -> answer(request, current)))
        .build();
  }

  private static Mono<ServerResponse> answer(
      ServerRequest request, LiveDocument.Published current) {
    var known = request.headers().header("If-None-Match").contains(current.tag());
    return known
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
    var pages = new Pages(platform.issuer());
    var routes =
        RouterFunctions.route()
            .GET("/docs", _ -> pages.page("docs.html"))
            .GET("/docs/assets/{tag}/{file}", pages::asset)
            .GET("/console/", _ -> pages.page("console.html"));
    if (demo) {
      routes.GET("/docs/graphiql", _ -> pages.page("graphiql.html"));
    }
    return routes.build();
  }
}
