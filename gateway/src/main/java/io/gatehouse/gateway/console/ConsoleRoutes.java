package io.gatehouse.gateway.console;

import static io.gatehouse.gateway.pages.StaticAnswer.readOnly;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.pages.StaticAnswer;
import io.gatehouse.gateway.routes.Admission;
import io.gatehouse.gateway.routes.OwnEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Where the console is. Its files are prepared when somebody first asks, and kept. */
@Configuration(proxyBeanMethods = false)
class ConsoleRoutes {
  private static final URI CONSOLE = URI.create("/console/");

  @Bean
  OwnEndpoint consoleEndpoint() {
    return new OwnEndpoint("console", Admission.OPEN, "/console", "/console/**");
  }

  /** Before the console's other paths: a load takes more of them than an address has requests. */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  OwnEndpoint consoleAssetsEndpoint() {
    return new OwnEndpoint("console-assets", Admission.ASSETS, "/console/assets/**");
  }

  @Bean
  RouterFunction<ServerResponse> consolePages(
      GatehouseProperties platform, @Value("${gatehouse.demo:false}") boolean demo) {
    var files =
        StaticAnswer.reading(
                () -> new ConsoleFiles(platform.issuer(), demo, ConsoleRoutes::fromTheJar))
            .cache();
    return RouterFunctions.route()
        .route(path("/console"), readOnly(_ -> ServerResponse.permanentRedirect(CONSOLE).build()))
        .route(
            path("/console/"),
            readOnly(request -> files.flatMap(prepared -> prepared.page().to(request))))
        .route(
            path("/console/assets/{file}"),
            readOnly(
                request ->
                    files
                        .flatMap(
                            prepared ->
                                Mono.justOrEmpty(prepared.asset(request.pathVariable("file"))))
                        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND)))
                        .flatMap(asset -> asset.to(request))))
        .build();
  }

  private static byte[] fromTheJar(String file) {
    try {
      return new ClassPathResource("console/" + file).getContentAsByteArray();
    } catch (IOException missing) {
      throw new UncheckedIOException("console/" + file + " is not in the build", missing);
    }
  }
}
