package io.gatehouse.defaults.web;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.platform.PlatformAutoConfiguration;
import jakarta.validation.ValidatorFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** Wires the HTTP side of reactive services; each bean can be replaced by a service's own. */
@AutoConfiguration(
    after = PlatformAutoConfiguration.class,
    beforeName =
        "org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
public class WebAutoConfiguration {
  /** The resource a service describes its API with. */
  public static final String OPEN_API = "openapi.yaml";

  /** Where a service serves that description, for the gateway to merge. */
  public static final String OPEN_API_PATH = "/openapi.json";

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnProperty(name = "gatehouse.request-id-filter", matchIfMissing = true)
  RequestIdFilter requestIdFilter() {
    return new RequestIdFilter();
  }

  @Bean
  NettyServerCustomizer requestTargets() {
    return RequestTargets::answered;
  }

  @Bean
  @ConditionalOnMissingBean
  ErrorRenderer errorRenderer(JsonMapper json) {
    return new ErrorRenderer(json);
  }

  @Bean
  @ConditionalOnMissingBean
  JsonBodies jsonBodies(ValidatorFactory validation) {
    return new JsonBodies(validation);
  }

  @Bean
  @ConditionalOnResource(resources = "classpath:" + OPEN_API)
  RouterFunction<ServerResponse> openApiRoute(GatehouseProperties properties, JsonMapper json) {
    var document =
        Mono.fromSupplier(
                () ->
                    json.writeValueAsBytes(
                        OpenApiDocument.read(new ClassPathResource(OPEN_API), properties.issuer())))
            .subscribeOn(Schedulers.boundedElastic())
            .cache();
    return ApiRoutes.table()
        .get(
            OPEN_API_PATH,
            _ ->
                document.flatMap(
                    bytes ->
                        ServerResponse.ok()
                            .contentType(MediaType.APPLICATION_JSON)
                            .bodyValue(bytes)))
        .build();
  }
}
