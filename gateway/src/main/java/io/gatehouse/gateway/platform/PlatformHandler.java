package io.gatehouse.gateway.platform;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.routes.Admission;
import io.gatehouse.gateway.routes.OwnEndpoint;
import io.gatehouse.gateway.routes.RouteEntry;
import io.gatehouse.gateway.routes.RouteTable;
import io.gatehouse.gateway.upstreams.ServiceState;
import io.gatehouse.gateway.upstreams.Upstreams;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /api/platform}: what runs, as this gateway sees it, for people with the role ADMIN.
 */
@Configuration(proxyBeanMethods = false)
class PlatformHandler {
  private static final String PATH = "/api/platform";
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final Upstreams upstreams;
  private final RouteTable routes;
  private final RouteFigures figures;
  private final MeterRegistry meters;

  /** As it is sent: JSON, written once a second, whoever asks. */
  private final Mono<byte[]> current;

  /**
   * The answer.
   *
   * @param limits shared or local: whether Redis answers
   * @param revocationsAge seconds since auth-server last told what is revoked
   * @param events security events of this gateway and the services behind it, newest first
   * @param mails those that are kept on a laptop, newest first; null where none are kept
   */
  record Platform(
      List<ServiceState> services,
      String limits,
      double revocationsAge,
      List<RouteState> routes,
      List<Map<String, String>> events,
      @Nullable List<KeptMails.Mail> mails) {}

  /**
   * A route with its figures, see {@link RouteFigures.Figures}.
   *
   * @param way fast or framework
   */
  record RouteState(
      String id,
      double rate,
      double p50,
      double p99,
      double errors,
      String way,
      List<RouteFigures.Sample> history) {}

  PlatformHandler(
      Upstreams upstreams,
      RouteTable routes,
      RouteFigures figures,
      PlatformEvents events,
      KeptMails mails,
      MeterRegistry meters,
      JsonMapper json) {
    this.upstreams = upstreams;
    this.routes = routes;
    this.figures = figures;
    this.meters = meters;
    this.current =
        Mono.zip(Mono.defer(events::newest), Mono.defer(mails::newest), this::look)
            .map(json::writeValueAsBytes)
            .cache(FRESH);
  }

  @Bean
  static OwnEndpoint platformEndpoint() {
    return new OwnEndpoint("platform", Admission.TOKEN, PATH);
  }

  @Bean
  RouterFunction<ServerResponse> platformRoutes() {
    return ApiRoutes.table().get(PATH, this::read).build();
  }

  private Mono<ServerResponse> read(ServerRequest request) {
    if (!AccessToken.of(request.exchange()).hasRole("ADMIN")) {
      throw ApiException.of(ErrorCode.FORBIDDEN);
    }
    return current.flatMap(
        platform ->
            ServerResponse.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .bodyValue(platform));
  }

  private Platform look(List<Map<String, String>> events, Optional<List<KeptMails.Mail>> kept) {
    var all = figures.all();
    return new Platform(
        upstreams.states(routes.services()),
        gauge("gateway.limits.redis.up") == 0 ? "local" : "shared",
        Math.round(gauge("gateway.revocations.age") * 1000) / 1000.0,
        routes.entries().stream()
            .filter(entry -> entry.route() != null)
            .map(entry -> state(entry, all.getOrDefault(entry.id(), RouteFigures.Figures.NONE)))
            .toList(),
        events,
        kept.orElse(null));
  }

  private static RouteState state(RouteEntry entry, RouteFigures.Figures of) {
    var way = entry.way().name().toLowerCase(Locale.ROOT);
    return new RouteState(
        entry.id(), of.rate(), of.p50(), of.p99(), of.errors(), way, of.history());
  }

  private double gauge(String name) {
    return meters.get(name).gauge().value();
  }
}
