package io.gatehouse.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConnectionBudgetTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ConnectionBudget budget = new ConnectionBudget(1000, 100, meters);

  @Test
  void address_holdsItsShare_andNoMore() {
    assertThat(opened(caller(1), 150)).isEqualTo(100);
    assertThat(opened(caller(2), 1)).isEqualTo(1);

    assertThat(meters.get("gateway.edge.connections").gauge().value()).isEqualTo(101);
    assertThat(meters.get("gateway.edge.connections.refused").counter().count()).isEqualTo(50);
  }

  @Test
  void networkOfIpv6_isOneAddress() {
    opened("2001:db8::1", 150);

    assertThat(opened("2001:db8::2", 1)).isZero();
    assertThat(opened("2001:db8:0:1::1", 1)).isEqualTo(1);
  }

  @Test
  void place_isFree_afterItsConnection() {
    opened(caller(1), 100);
    for (var i = 0; i < 100; i++) {
      budget.close(caller(1));
    }
    assertThat(meters.get("gateway.edge.connections").gauge().value()).isZero();

    assertThat(opened(caller(1), 150)).isEqualTo(100);
  }

  @Test
  void manyWhoTakeAllTheyCan_leaveRoomForOthers() {
    for (var i = 1; i <= 10; i++) {
      opened(caller(i), 150);
    }

    assertThat(opened(caller(11), 30)).isEqualTo(30);
  }

  @Test
  void whatIsNoStrangers_isBoundByTheSumAlone() {
    assertThat(opened(null, 1500)).isEqualTo(1000);
    assertThat(opened(caller(1), 1)).isZero();

    budget.close(null);
    assertThat(opened(caller(1), 1)).isEqualTo(1);
  }

  private static String caller(int number) {
    return "192.0.2." + number;
  }

  private int opened(@Nullable String address, int tries) {
    var opened = 0;
    for (var i = 0; i < tries; i++) {
      opened += budget.open(address) ? 1 : 0;
    }
    return opened;
  }
}
