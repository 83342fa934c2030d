package io.gatehouse.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.gatehouse.gateway.ComposingGateway;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DocsTest extends ComposingGateway {
  private static final Pattern ASSET = Pattern.compile("\"(/docs/assets/[^\"]+)\"");

  @Test
  void document_joinsTheServicesThatAnswer_andKeepsThemWhenTheyGo() throws Exception {
    USER_SERVICE.stubFor(
        WireMock.get("/openapi.json").willReturn(ok(RepositoryDocuments.text("user-service"))));
    ORDER_SERVICE.stubFor(
        WireMock.get("/openapi.json").willReturn(ok(RepositoryDocuments.text("order-service"))));

    await()
        .untilAsserted(
            () ->
                assertThat(json(send(request("/openapi.json"))).path("paths").propertyNames())
                    .contains("/api/users", "/api/orders/{id}/diff", "/api/me/overview"));
    USER_SERVICE.resetAll();

    var response = send(request("/openapi.json"));
    assertThat(json(response).path("openapi").asString()).startsWith("3.1");
    assertThat(json(response).path("paths").has("/api/users")).isTrue();
    var tag = response.headers().firstValue("ETag").orElseThrow();
    assertThat(send(request("/openapi.json").header("If-None-Match", tag)).statusCode())
        .isEqualTo(304);
  }

  @Test
  void ownDocument_answersConditions_asRfc9110Says() {
    for (var path : new String[] {"/openapi.json", "/docs", "/console/", asset()}) {
      var tag = send(request(path)).headers().firstValue("ETag").orElseThrow();
      assertThat(tag).as(path).matches("\"[!-~&&[^\"]]+\"");
      for (var known : List.of(tag, "W/" + tag, "\"a\", W/\"b\" , " + tag, "*", "," + tag)) {
        var answer = send(request(path).header("If-None-Match", known));
        assertThat(answer.statusCode()).as(path + " " + known).isEqualTo(304);
        assertThat(answer.headers().firstValue("ETag")).hasValue(tag);
        assertThat(answer.headers().map()).containsKeys("cache-control", "vary", "date");
        assertThat(answer.body()).isEmpty();
      }
      assertThat(send(request(path).header("If-None-Match", "\"a\"")).statusCode()).isEqualTo(200);
      assertThat(send(request(path).header("If-Match", tag + ", \"a\"")).statusCode())
          .isEqualTo(200);
      assertThat(send(request(path).header("If-Match", "*")).statusCode()).isEqualTo(200);
      for (var other : List.of("\"a\"", "W/" + tag)) {
        assertThat(send(request(path).header("If-Match", other)).statusCode())
            .as(path + " " + other)
            .isEqualTo(412);
      }
    }
  }

  private String asset() {
    var assets = ASSET.matcher(send(request("/docs")).body());
    assertThat(assets.find()).isTrue();
    return assets.group(1);
  }

  @Test
  void head_goesWhereGetDoes_withTheSameHead() {
    for (var path : new String[] {"/openapi.json", "/docs", "/console/", "/health", asset()}) {
      var get = send(request(path));
      var head = send(request(path).method("HEAD", BodyPublishers.noBody()));

      assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode());
      assertThat(head.body()).isEmpty();
      for (var name : List.of("Content-Type", "ETag", "Cache-Control", "Vary")) {
        assertThat(head.headers().allValues(name))
            .as(path)
            .isEqualTo(get.headers().allValues(name));
      }
    }
  }

  @Test
  void page_loadsOnlyItsOwnAssets_whichBrowsersKeepForEver() throws Exception {
    for (var path : new String[] {"/docs", "/docs/graphiql"}) {
      var page = send(request(path));

      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'");
      assertThat(page.body()).doesNotContain("<script>", "https://", "{{");
      var assets = ASSET.matcher(page.body()).results().map(found -> found.group(1)).toList();
      assertThat(assets).hasSizeGreaterThan(2);
      for (var asset : assets) {
        var response = send(request(asset));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control").orElseThrow())
            .contains("immutable");
      }
    }
  }

  @Test
  void page_mayBeAskedForByHead_andOtherwiseOnlyRead() {
    var head = request("/docs").method("HEAD", BodyPublishers.noBody());
    assertThat(send(head).statusCode()).isEqualTo(200);

    var response = send(request("/docs").POST(BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    assertThat(json(response).at("/error/code").asString()).isEqualTo("METHOD_NOT_ALLOWED");
  }

  @Test
  void asset_isNotFound_underAnotherTagOrName() throws Exception {
    assertThat(send(request("/docs/assets/000000000000/page.css")).statusCode()).isEqualTo(404);
    assertThat(send(request("/docs/assets/000000000000/..%2fdocs.html")).statusCode())
        .isEqualTo(400);
  }
}
