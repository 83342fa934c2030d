package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private final RetryBudget budget = new RetryBudget();

  private long retries(int wanted) {
    return IntStream.range(0, wanted).filter(_ -> budget.withdraw()).count();
  }

  @Test
  void retries_areATenthOfTheTraffic_onceTheReserveIsSpent() {
    assertThat(retries(1000)).as("the reserve").isEqualTo(100);

    for (var i = 0; i < 500; i++) {
      budget.deposit();
    }

    assertThat(retries(1000)).isEqualTo(50);
  }

  @Test
  void reserve_growsNoFurther_howeverMuchTrafficThereWas() {
    for (var i = 0; i < 100_000; i++) {
      budget.deposit();
    }

    assertThat(retries(1000)).isEqualTo(100);
  }
}
