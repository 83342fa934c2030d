package io.gatehouse.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.gateway.GatewayFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.InMemoryRouteDefinitionRepository;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** What a team adds to the gateway by code: filters, routes, handlers, routes at run time. */
@Import(TeamFiltersTest.Team.class)
@ExtendWith(OutputCaptureExtension.class)
class TeamFiltersTest extends GatewayFixture {
  private static final AtomicReference<String> SEEN = new AtomicReference<>("");

  @Autowired private RouteTable table;
  @Autowired private InMemoryRouteDefinitionRepository repository;
  @Autowired private ApplicationEventPublisher events;

  @TestConfiguration(proxyBeanMethods = false)
  static class Team {
    /** Without an order, and it changes the answer. */
    @Bean
    GlobalFilter teamsGlobalFilter() {
      return (exchange, chain) -> {
        exchange.getResponse().getHeaders().set("X-Team-Global", "1");
        return chain.filter(exchange);
      };
    }

    @Bean
    WebFilter teamsWebFilter() {
      return (exchange, chain) ->
          exchange
              .getPrincipal()
              .doOnNext(caller -> SEEN.set(caller.getName()))
              .then(
                  Mono.defer(
                      () -> {
                        exchange.getResponse().getHeaders().set("X-Team-Web", "1");
                        return chain.filter(exchange);
                      }));
    }

    @Bean
    RouteLocator teamsRoutes(RouteLocatorBuilder routes) {
      return routes
          .routes()
          .route(
              "modified",
              route ->
                  route
                      .path("/team/modified/**")
                      .filters(
                          filters ->
                              filters
                                  .modifyRequestBody(
                                      String.class,
                                      String.class,
                                      MediaType.TEXT_PLAIN_VALUE,
                                      (_, body) -> Mono.just(body.toUpperCase(Locale.ROOT)))
                                  .modifyResponseBody(
                                      String.class,
                                      String.class,
                                      (_, body) -> Mono.just("<" + body + ">")))
                      .metadata("access", "open")
                      .uri("lb://user-service"))
          .route(
              "either",
              route ->
                  route
                      .path("/team/either")
                      .or()
                      .header("X-Either")
                      .metadata("access", "open")
                      .uri("lb://order-service"))
          .build();
    }

    @Bean
    OwnEndpoint teamsEndpoint() {
      return new OwnEndpoint("team", Admission.OPEN, "/team/hello");
    }

    @Bean
    Hello hello() {
      return new Hello();
    }
  }

  /** Two handlers, of which the table knows one. */
  @RestController
  static class Hello {
    @GetMapping("/team/hello")
    String hello() {
      return "hello";
    }

    @GetMapping("/team/unsaid")
    String unsaid() {
      return "nobody said who may see this";
    }

    @GetMapping("/api/team/unsaid")
    String closed() {
      return "for callers with a token";
    }
  }

  @Test
  void filters_seeEveryRequest_andItsCaller() {
    var answer = get("/api/users/1", TOKENS.user("ada"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Team-Global")).hasValue("1");
    assertThat(answer.headers().firstValue("X-Team-Web")).hasValue("1");
    assertThat(SEEN).hasValue("ada");
  }

  @Test
  void routes_goTheFrameworksWay_whichTheTableExplains() {
    assertThat(table.entries())
        .filteredOn(entry -> entry.route() != null)
        .allSatisfy(
            entry -> {
              assertThat(entry.way()).isEqualTo(RouteEntry.Way.FRAMEWORK);
              assertThat(entry.why()).startsWith("the filter ").endsWith(" sees every request");
            });
  }

  @Test
  void bodies_areModified() {
    USERS.answering(
        (request, response) -> response.sendString(request.receive().aggregate().asString()));

    var answer = send(request("/team/modified/1").POST(BodyPublishers.ofString("quiet")));

    assertThat(answer.body()).isEqualTo("<QUIET>");
  }

  @Test
  void predicates_areJoined_asCodeSays() {
    assertThat(get("/team/either").statusCode()).isEqualTo(200);
    assertThat(send(request("/team/other").header("X-Either", "1")).statusCode()).isEqualTo(200);
    assertThat(get("/team/other").statusCode()).isEqualTo(404);
    assertThat(ORDERS.received()).hasSize(2);
  }

  @Test
  void handler_isReached_onlyWhereTheTableSaysWhoMay() {
    assertThat(get("/team/hello").body()).isEqualTo("hello");
    assertThat(get("/team/unsaid").statusCode()).isEqualTo(404);
    assertThat(get("/api/team/unsaid").statusCode()).isEqualTo(401);
    assertThat(get("/api/team/unsaid", TOKENS.user("ada")).body())
        .isEqualTo("for callers with a token");
  }

  @Test
  void routes_areAdded_andTakenAway_atRunTime() {
    assertThat(get("/late/1").statusCode()).isEqualTo(404);

    var route = new RouteDefinition("late=lb://user-service,Path=/late/**");
    route.getMetadata().put("access", "open");
    repository.save(Mono.just(route)).block();
    events.publishEvent(new RefreshRoutesEvent(this));
    await().until(() -> get("/late/1").statusCode() == 200);

    repository.delete(Mono.just("late")).block();
    events.publishEvent(new RefreshRoutesEvent(this));
    await().until(() -> get("/late/1").statusCode() == 404);
  }

  @Test
  void routesThatCannotBeUsed_leaveTheTableAsItWas(CapturedOutput output) {
    var before = table.entries();
    var broken = new RouteDefinition("broken=lb://user-service,Path=/broken/**");
    broken.getMetadata().put("access", "everybody");
    repository.save(Mono.just(broken)).block();
    events.publishEvent(new RefreshRoutesEvent(this));

    await()
        .until(
            () ->
                output
                    .toString()
                    .contains(
                        "the old ones stay: route broken: metadata.access is everybody, but must"));
    assertThat(table.entries()).isEqualTo(before);
    assertThat(get("/api/users/1", TOKENS.user("ada")).statusCode()).isEqualTo(200);

    repository.delete(Mono.just("broken")).block();
    events.publishEvent(new RefreshRoutesEvent(this));
  }
}
