package io.gatehouse.gateway.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.gateway.GatewayFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What the console's plots are made of. */
class RouteFiguresTest extends GatewayFixture {
  @Autowired RouteFigures figures;
  private final String token = TOKENS.service("plots");

  @Test
  void history_tellsEachTimeByItself_oldestFirst() {
    figures.take();
    var before = history().size();
    askOnce();
    figures.take();

    var history = history();

    assertThat(history).hasSizeGreaterThanOrEqualTo(Math.min(29, before + 2));
    // Others may have been taken beside these.
    assertThat(history.reversed().stream().limit(5))
        .anyMatch(sample -> sample.rate() > 0 && sample.p50() > 0 && sample.p99() >= sample.p50());
    assertThat(history.getLast()).isEqualTo(new RouteFigures.Sample(0, 0, 0));
  }

  @Test
  void history_isOfTheLastFiveMinutes_andEmptyWithoutARequestInThem() {
    take(40);
    askOnce();
    take(20);
    assertThat(history()).hasSize(29);

    take(30);

    assertThat(history()).isEmpty();
    assertThat(figures.all().get("orders").rate()).isZero();
  }

  /** One request, counted: that is done once its answer has gone. */
  private void askOnce() {
    get("/api/orders/1", token);
    await()
        .untilAsserted(
            () -> {
              figures.take();
              assertThat(history().reversed().stream().limit(3))
                  .anyMatch(sample -> sample.rate() > 0);
            });
  }

  private void take(int times) {
    for (var n = 0; n < times; n++) {
      figures.take();
    }
  }

  private List<RouteFigures.Sample> history() {
    return figures.all().getOrDefault("orders", RouteFigures.Figures.NONE).history();
  }
}
