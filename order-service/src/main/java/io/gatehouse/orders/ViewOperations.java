package io.gatehouse.orders;

import io.gatehouse.orders.reads.ViewRebuild;
import io.gatehouse.orders.reads.ViewRebuild.Report;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * For operators, on the management port: {@code GET /actuator/orderview} compares the view with the
 * events, {@code POST} rebuilds it. Both go on when the caller hangs up.
 */
@Component
@Endpoint(id = "orderview")
class ViewOperations {
  private final ViewRebuild rebuild;

  ViewOperations(ViewRebuild rebuild) {
    this.rebuild = rebuild;
  }

  @ReadOperation
  Mono<Report> check() {
    return Mono.fromFuture(rebuild.check().toFuture(), true);
  }

  @WriteOperation
  Mono<Report> rebuild() {
    return Mono.fromFuture(rebuild.rebuild().toFuture(), true);
  }
}
