package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.PublicApi;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A client whose types are generated from the running platform's API document, unedited: it
 * compiles, and its calls do what the document says. See {@code src/test/node/openapi-client}.
 */
@ExtendWith(SharedPlatform.class)
@Order(2)
class GeneratedClientIT {

  @Test
  void generatedClient_compiles_andItsCallsWork(RunningPlatform platform) throws Exception {
    var client = NodeProject.installed("openapi-client");
    client.write(
        "openapi.json", new PublicApi(platform.url()).get("/openapi.json", null).response().body());

    var generated =
        client.run(
            "npx", "--no-install", "openapi-typescript", "openapi.json", "-o", "schema.d.ts");
    assertThat(generated.status()).as(generated.output()).isZero();
    var compiled =
        client.run(
            "npx",
            "--no-install",
            "tsc",
            "--strict",
            "--target",
            "es2022",
            "--module",
            "nodenext",
            "--skipLibCheck",
            "client.ts");
    assertThat(compiled.status()).as(compiled.output()).isZero();
    var outcome = client.run("node", "client.js", platform.url().toString());

    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(outcome.output().lines())
        .containsExactly(
            "ok: sign-up with an empty list of roles",
            "ok: token with the client's id and secret in the form",
            "ok: token with the client's id and secret by Basic",
            "ok: order placed",
            "ok: order paid",
            "ok: list",
            "ok: order as it was",
            "ok: refusal in its type");
  }
}
