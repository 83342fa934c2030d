package io.gatehouse.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.GatewayFixture;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** What a load of the console takes of its address's quota. */
@TestPropertySource(
    properties = {
      "gatehouse.trusted-proxies=127.0.0.0/8",
      // As shipped, but that next to nothing comes back while a test runs.
      "gatehouse.limits.anonymous.rate=1",
      "gatehouse.limits.anonymous.burst=40",
      "gatehouse.limits.assets.rate=1",
      "gatehouse.limits.assets.burst=100"
    })
class ConsoleLimitTest extends GatewayFixture {
  private static final Pattern ASSET = Pattern.compile("(?:href|src)=\"(assets/[^\"]+)\"");

  private HttpResponse<String> from(String address, String path) {
    return send(request(path).header("X-Forwarded-For", address));
  }

  /** The page, and what it links to. */
  private List<HttpResponse<String>> load(String address) {
    var page = from(address, "/console/");
    var answers = new ArrayList<>(List.of(page));
    ASSET
        .matcher(page.body())
        .results()
        .map(found -> from(address, "/console/" + found.group(1)))
        .forEach(answers::add);
    return answers;
  }

  @Test
  void peopleBehindOneAddress_loadIt_atOnce() {
    for (var person = 0; person < 3; person++) {
      var answers = load("203.0.113.1");

      assertThat(answers).hasSizeGreaterThan(20);
      assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200);
      assertThat(policy(answers.getFirst())).isEqualTo("\"anonymous\";q=40;w=40");
      assertThat(answers.subList(1, answers.size()))
          .extracting(ConsoleLimitTest::policy)
          .containsOnly("\"assets\";q=100;w=100");
    }
  }

  @Test
  void addressThatAsksForFilesWithoutEnd_isRefused_andNobodyElseIs() {
    var file = "/console/" + assetOf(load("203.0.113.2").getFirst());
    var refused = untilRefused("203.0.113.2", file);

    assertThat(policy(refused)).isEqualTo("\"assets\";q=100;w=100");
    assertThat(refused.body()).contains("\"code\":\"RATE_LIMITED\"");
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow()).isPositive();
    assertThat(policy(untilRefused("203.0.113.2", "/console/assets/no-such.js")))
        .startsWith("\"assets\"");
    assertThat(from("203.0.113.2", "/openapi.json").statusCode()).isNotEqualTo(429);
    assertThat(from("203.0.113.3", file).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> untilRefused(String address, String path) {
    for (var i = 0; i < 5_000; i++) {
      var answer = from(address, path);
      if (answer.statusCode() == 429) {
        return answer;
      }
    }
    throw new AssertionError("5 000 requests and none was refused");
  }

  private static String assetOf(HttpResponse<String> page) {
    var found = ASSET.matcher(page.body());
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static String policy(HttpResponse<String> answer) {
    return answer.headers().firstValue("RateLimit-Policy").orElse("");
  }
}
