package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.platform.StartPlan.Missing;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StartPlanTest {
  private static final Services SERVICES = Services.read(Checkouts.ROOT);

  @Test
  void serviceThatWasNeverStarted_isNew_toAPlatformThatRuns() {
    var plan =
        plan(
            List.of("gateway", "auth-server"),
            List.of("user-service"),
            "user-service",
            "order-service");

    assertThat(plan.added()).containsExactly("order-service");
  }

  @Test
  void nothingIsNew_toAPlatformThatStarts() {
    assertThat(plan(List.of("auth-server"), List.of(), "gateway", "order-service").added())
        .isEmpty();
  }

  @Test
  void anotherInstance_isNothingNew() {
    assertThat(plan(List.of("gateway", "order-service"), List.of(), "order-service").added())
        .isEmpty();
  }

  @Test
  void connector_hasNoRoutes() {
    assertThat(plan(List.of("gateway"), List.of(), "connector").added()).isEmpty();
  }

  private static StartPlan plan(List<String> present, List<String> dead, String... missing) {
    return new StartPlan(
        known(present),
        known(dead),
        List.of(),
        Stream.of(missing)
            .map(name -> new Missing(SERVICES.find(name).orElseThrow(), name))
            .toList());
  }

  private static List<Running> known(List<String> names) {
    return names.stream()
        .map(name -> new Running(name, name, new OsProcess(1, Instant.EPOCH), 0, 0, ""))
        .toList();
  }
}
