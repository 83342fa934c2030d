package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Each line of {@code build/defences} says where its defence is. One that was moved or written anew
 * would be taken for checked, and nobody would have seen its tests turn red.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "its expressions are those of GNU sed")
class DefencesTest {

  @Test
  void everyDefence_isFound_whereItsLineSays() {
    var found = Checkout.run("build/defences", "--find");

    assertThat(found.output()).isEmpty();
    assertThat(found.code()).isZero();
  }
}
