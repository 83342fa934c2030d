package io.gatehouse.gateway.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.gateway.GatewayFixture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What the console's plots are made of. */
class RouteFiguresTest extends GatewayFixture {
  @Autowired RouteFigures figures;
  private final String token = TOKENS.service("plots");

  @Test
  void history_tellsEachTimeByItself_oldestFirst() {
    figures.take();
    var before = figures.history("orders").size();
    get("/api/orders/1", token);
    // It is counted once its answer has gone.
    await()
        .untilAsserted(
            () -> {
              figures.take();
              assertThat(figures.history("orders").getLast().rate()).isPositive();
            });
    figures.take();

    var history = figures.history("orders");

    assertThat(history.size()).isGreaterThanOrEqualTo(Math.min(29, before + 2));
    // One may have been taken beside these.
    assertThat(history.subList(history.size() - 3, history.size()))
        .anyMatch(sample -> sample.rate() > 0 && sample.p99() > 0);
    assertThat(history.getLast()).isEqualTo(new RouteFigures.Sample(0, 0, 0));
    assertThat(figures.history("nowhere")).hasSameSizeAs(history).containsOnly(history.getLast());
  }

  @Test
  void history_isOfTheLastFiveMinutes() {
    for (var n = 0; n < 40; n++) {
      figures.take();
    }

    assertThat(figures.history("orders")).hasSize(29);
  }
}
