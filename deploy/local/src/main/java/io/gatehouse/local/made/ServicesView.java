package io.gatehouse.local.made;

import io.gatehouse.local.platform.Service;
import io.gatehouse.local.platform.Services;
import java.util.List;

/** The list as templates ask for it. */
record ServicesView(List<ServiceView> services) {
  /** What PostgreSQL keeps for its own. */
  private static final int SPARE_CONNECTIONS = 10;

  private static final int ROUND = 50;

  static ServicesView of(Services services) {
    return new ServicesView(
        services.all().stream().map(service -> ServiceView.of(service, services)).toList());
  }

  List<ServiceView> autoscaled() {
    return services.stream().filter(ServiceView::autoscaled).toList();
  }

  List<ServiceView> withDatabase() {
    return services.stream().filter(service -> service.database() != null).toList();
  }

  List<ServiceView> withRedis() {
    return services.stream().filter(ServiceView::redis).toList();
  }

  /** Those with an API of their own, described by an OpenAPI document. */
  List<ServiceView> withApi() {
    return services.stream().filter(service -> !service.scopes().isEmpty()).toList();
  }

  List<Service.Scope> scopes() {
    return services.stream().flatMap(service -> service.scopes().stream()).toList();
  }

  /** One more instance of each while a release goes out. */
  int rolloutConnections() {
    return withDatabase().stream().mapToInt(ServiceView::connections).sum();
  }

  int allConnections() {
    return rolloutConnections()
        + withDatabase().stream().mapToInt(ServiceView::mostConnections).sum();
  }

  /** A round number of connections that is enough for all. */
  int maxConnections() {
    return Math.ceilDiv(allConnections() + SPARE_CONNECTIONS, ROUND) * ROUND;
  }
}
