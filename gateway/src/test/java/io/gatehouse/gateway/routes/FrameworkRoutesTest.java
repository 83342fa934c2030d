package io.gatehouse.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;

/**
 * Every predicate and filter of Spring Cloud Gateway's reference, by a route in YAML, through the
 * real edge to a real service: reference-routes.yml has the routes.
 */
class FrameworkRoutesTest extends FrameworkRoutesFixture {
  /** Only code can give them what they work with, see {@link TeamFiltersTest}. */
  private static final Set<String> BY_CODE_ONLY =
      Set.of(
          "ModifyRequestBody",
          "ModifyResponseBody",
          "ReadBody",
          "CloudFoundryRouteService",
          "Version");

  @Autowired private List<GatewayFilterFactory<?>> filters;
  @Autowired private List<RoutePredicateFactory<?>> predicates;
  @Autowired private RouteTable table;

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "After                | GET  /p/after/1            |                           | GET /p/after/1      | ",
        "AfterToCome          | GET  /p/aftertocome/1      |                           | GET /p/aftertocome/1 | x-route: plain",
        "Before               | GET  /p/before/1           |                           | GET /p/before/1     | ",
        "Between              | GET  /p/between/1          |                           | GET /p/between/1    | ",
        "Cookie               | GET  /p/cookie/1           | Cookie: chocolate=chip    | GET /p/cookie/1     | ",
        "Cookie missing       | GET  /p/cookie/1           | Cookie: chocolate=choc    | GET /p/cookie/1     | x-route: plain",
        "Header               | GET  /p/header/1           | X-Canary: 12              | GET /p/header/1     | ",
        "Header missing       | GET  /p/header/1           | X-Canary: ab              | GET /p/header/1     | x-route: plain",
        "Host                 | GET  /p/host/1             | X-Forwarded-Host: a.example.org | GET /p/host/1 | x-route: plain",
        "Method               | POST /p/method/1           |                           | POST /p/method/1    | ",
        "Method missing       | GET  /p/method/1           |                           | GET /p/method/1     | x-route: plain",
        "Path                 | GET  /p/path/abc/x         |                           | GET /p/path/abc/x   | x-segment: abc",
        "Path missing         | GET  /p/path/abc           |                           | GET /p/path/abc     | x-route: plain",
        "Query                | GET  /p/query/1?red=green  |                           | GET /p/query/1?red=green | ",
        "Query missing        | GET  /p/query/1?red=blue   |                           | GET /p/query/1?red=blue | x-route: plain",
        "RemoteAddr           | GET  /p/remoteaddr/1       | X-Forwarded-For: 203.0.113.7 | GET /p/remoteaddr/1 | ",
        "RemoteAddr missing   | GET  /p/remoteaddr/1       | X-Forwarded-For: 198.51.100.7 | GET /p/remoteaddr/1 | x-route: plain",
        "XForwardedRemoteAddr | GET  /p/xforwardedremoteaddr/1 | X-Forwarded-For: 203.0.113.7 | GET /p/xforwardedremoteaddr/1 | ",
        "XForwardedRemoteAddr missing | GET /p/xforwardedremoteaddr/1 | X-Forwarded-For: 203.0.113.7, 198.51.100.7 | GET /p/xforwardedremoteaddr/1 | x-route: plain",
        "Weight               | GET  /p/weight/1           |                           | GET /p/weight/1     | ",
        "plain                | GET  /p/plain/1            |                           | GET /p/plain/1      | x-route: plain",
        "AddRequestHeader     | GET  /f/addrequestheader/1 |                           | GET /f/addrequestheader/1 | x-added: blue",
        "AddRequestHeadersIfNotPresent | GET /f/addrequestheadersifnotpresent/1 | X-One: 9 | GET /f/addrequestheadersifnotpresent/1 | x-one: 9",
        "AddRequestHeadersIfNotPresent | GET /f/addrequestheadersifnotpresent/1 | X-One: 9 | GET /f/addrequestheadersifnotpresent/1 | x-two: 2",
        "AddRequestParameter  | GET  /f/addrequestparameter/1?a=b |                    | GET /f/addrequestparameter/1?a=b&red=blue | ",
        "CacheRequestBody     | POST /f/cacherequestbody/1 |                           | POST /f/cacherequestbody/1 | ",
        "MapRequestHeader     | GET  /f/maprequestheader/1 | X-From: red               | GET /f/maprequestheader/1 | x-to: red",
        "PrefixPath           | GET  /f/prefixpath/1       |                           | GET /mypath/f/prefixpath/1 | ",
        "PreserveHostHeader   | GET  /f/preservehostheader/1 |                         | GET /f/preservehostheader/1 | host: 127.0.0.1:",
        "RemoveRequestHeader  | GET  /f/removerequestheader/1 | X-Gone: 1              | GET /f/removerequestheader/1 | x-gone is not there",
        "RemoveRequestParameter | GET /f/removerequestparameter/1?red=1&a=b |           | GET /f/removerequestparameter/1?a=b | ",
        "RewritePath          | GET  /f/rewritepath/blue   |                           | GET /red/blue       | ",
        "RewriteRequestParameter | GET /f/rewriterequestparameter/1?campaign=old |      | GET /f/rewriterequestparameter/1?campaign=fall2026 | ",
        "SaveSession          | GET  /f/savesession/1      |                           | GET /f/savesession/1 | ",
        "SetPath              | GET  /f/setpath/blue       |                           | GET /set/blue       | ",
        "SetRequestHeader     | GET  /f/setrequestheader/1 | X-Set: red                | GET /f/setrequestheader/1 | x-set: blue",
        "SetRequestHostHeader | GET  /f/setrequesthostheader/1 |                       | GET /f/setrequesthostheader/1 | host: example.org",
        "StripPrefix          | GET  /f/stripprefix/a/b    |                           | GET /a/b            | ",
        "http                 | GET  /u/http/1?a=b%20c     |                           | GET /u/http/1?a=b%20c | ",
        "lb:http              | GET  /u/lbhttp/1           |                           | GET /u/lbhttp/1     | "
      })
  void service_getsWhatTheRouteSays(
      String route, String line, @Nullable String header, String expected, @Nullable String with) {
    var answer = call(line, header);

    assertThat(answer.statusCode()).isEqualTo(200);
    var got = USERS.last();
    assertThat(got.method() + " " + got.uri()).isEqualTo(expected);
    assertThat(got.headers())
        .containsEntry("x-request-id", answer.headers().firstValue("X-Request-Id").orElseThrow())
        .containsEntry("x-forwarded-proto", "http");
    if (with == null) {
      assertThat(got.headers()).doesNotContainKey("x-route");
    } else if (with.endsWith(" is not there")) {
      assertThat(got.headers()).doesNotContainKey(with.split(" ")[0]);
    } else {
      var pair = with.split(": ");
      assertThat(got.headers().get(pair[0])).startsWith(pair[1]);
    }
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "AddResponseHeader       | 200 | X-Added: blue",
        "DedupeResponseHeader    | 200 | X-Twice: one",
        "RemoveResponseHeader    | 200 | X-Twice is not there",
        "RewriteLocationResponseHeader | 200 | Location: http://127.0.0.1:",
        "RewriteResponseHeader   | 200 | X-Twice: two",
        "SecureHeaders           | 200 | X-Download-Options: noopen",
        "SetResponseHeader       | 200 | X-Twice: blue",
        "SetStatus               | 418 | Content-Type: application/json",
        "RedirectTo              | 302 | Location: https://acme.org"
      })
  void client_getsWhatTheRouteSays(String route, int status, String header) {
    var answer = call("GET /f/" + route.strip().toLowerCase(Locale.ROOT) + "/1", null);

    assertThat(answer.statusCode()).isEqualTo(status);
    if (header.endsWith(" is not there")) {
      assertThat(answer.headers().map())
          .doesNotContainKey(header.split(" ")[0].toLowerCase(Locale.ROOT));
    } else {
      var pair = header.split(": ");
      assertThat(answer.headers().allValues(pair[0]))
          .singleElement()
          .asString()
          .startsWith(pair[1]);
    }
  }

  @Test
  void jsonAttributes_areRemoved() {
    assertThat(call("GET /f/removejsonattributesresponsebody/1", null).body())
        .isEqualTo("{\"id\":1}");
  }

  @Test
  void answer_keepsTheEdgesPromises() {
    var answer = call("GET /f/addresponseheader/1", "Origin: https://evil.example.com");

    assertThat(answer.headers().map()).doesNotContainKeys("server", "access-control-allow-origin");
    assertThat(answer.headers().allValues("X-Frame-Options")).containsExactly("SAMEORIGIN");
    assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
    assertThat(answer.headers().firstValue("Date")).isPresent();
    assertThat(answer.headers().firstValue("RateLimit-Policy")).isPresent();
  }

  @Test
  void clientsWords_inTheGatewaysName_areDropped() {
    var answer =
        send(
            request("/f/addresponseheader/1")
                .header("X-User-Id", "grace")
                .header("X-Original-URL", "/admin")
                .header("Forwarded", "for=203.0.113.9"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(USERS.last().headers())
        .doesNotContainKeys("x-user-id", "x-original-url", "forwarded")
        .containsEntry("x-forwarded-for", "203.0.113.9, 127.0.0.1");
  }

  @Test
  void retry_asksAgain() {
    var calls = new AtomicInteger();
    USERS.answering(
        (request, response) ->
            calls.incrementAndGet() < 3 ? response.status(502).send() : marked(request, response));

    assertThat(call("GET /f/retry/1", null).statusCode()).isEqualTo(200);
    assertThat(calls).hasValue(3);
  }

  @Test
  void service_isSpokenTo_inHttp2_whereTheRouteSaysSo() {
    assertThat(get("/u/h2c/1").body()).isEqualTo("HTTP/2.0 /u/h2c/1");
  }

  @Test
  void canary_winsOverThePlainRoute_thatIsDeclaredAfterIt() {
    assertThat(call("GET /p/plain/1", "X-Canary: 1").body()).isEqualTo("{\"ok\":true}");
    assertThat(call("GET /p/plain/first", null).body()).isEqualTo("{\"ok\":true}");
    assertThat(ORDERS.received()).hasSize(2);
  }

  @Test
  void route_isForwardedInside() {
    assertThat(get("/u/forward").body()).isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void requestUri_comesFromAHeader() {
    assertThat(
            call(
                    "GET /f/requestheadertorequesturi/1",
                    "X-New-Url: http://127.0.0.1:" + ORDERS.port() + "/elsewhere")
                .statusCode())
        .isEqualTo(200);
    assertThat(ORDERS.last().uri()).isEqualTo("/elsewhere");
  }

  @Test
  void requestUri_isSet() {
    assertThat(get("/f/setrequesturi/blue").statusCode()).isEqualTo(200);
    assertThat(ORDERS.last().uri()).isEqualTo("/set/blue");
  }

  @Test
  void answer_isCached() {
    var first = get("/f/localresponsecache/1");

    assertThat(get("/f/localresponsecache/1").body()).isEqualTo(first.body());
    assertThat(USERS.received()).hasSize(1);
  }

  @Test
  void callersToken_reachesTheService() {
    var token = TOKENS.user("u");

    assertThat(get("/api/framework/1", token).statusCode()).isEqualTo(200);
    assertThat(USERS.last().headers()).containsEntry("authorization", "Bearer " + token);
  }

  @Test
  void way_isFast_whereOnlyTheRequestsHeadChanges() {
    var fast =
        table.entries().stream()
            .filter(entry -> entry.way() == RouteEntry.Way.FAST)
            .map(RouteEntry::id)
            .collect(Collectors.toSet());

    assertThat(fast).contains("AddRequestHeader", "StripPrefix", "Header", "Weight-heavy");
    assertThat(fast).doesNotContain("AddResponseHeader", "Retry", "http", "response-timeout");
  }

  @Test
  void everyFilterAndPredicate_hasARow() {
    var used =
        table.entries().stream().map(entry -> entry.id().split("-")[0]).collect(Collectors.toSet());
    var known = new TreeSet<String>();
    filters.forEach(filter -> known.add(filter.name()));
    predicates.forEach(predicate -> known.add(predicate.name()));

    known.removeAll(used);
    known.removeAll(BY_CODE_ONLY);

    assertThat(known).isEmpty();
  }
}
