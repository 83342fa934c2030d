package io.gatehouse.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.NodeTool;
import org.junit.jupiter.api.Test;

/** The script that signs people in on the pages, run by Node against made-up answers. */
class SignInScriptTest {

  @Test
  void signIn_isKept_untilTheGrantItselfIsInvalid() throws Exception {
    var outcome = NodeTool.installed("sign-in", 1).run(1, "node", "renewal.mjs");

    assertThat(outcome.lines()).isEmpty();
    assertThat(outcome.status()).isZero();
  }
}
