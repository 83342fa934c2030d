package io.gatehouse.gateway.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.ComposingGateway;
import io.gatehouse.gateway.NodeTool;
import org.junit.jupiter.api.Test;

/** The audits of GraphQL over HTTP by those who wrote its specification (npm: graphql-http). */
class GraphQlAuditTest extends ComposingGateway {

  @Test
  void endpoint_passesEveryAudit() throws Exception {
    var audits = NodeTool.installed("graphql-audit", 2);

    var outcome =
        audits.run(
            2,
            "node",
            "audit.js",
            "http://localhost:" + port + "/graphql",
            TOKENS.service("demo-service"));

    assertThat(outcome.status()).as("%s", outcome.lines()).isZero();
    assertThat(outcome.lines()).hasSizeGreaterThan(50);
    assertThat(outcome.lines()).allMatch(line -> line.startsWith("ok\t"));
  }
}
