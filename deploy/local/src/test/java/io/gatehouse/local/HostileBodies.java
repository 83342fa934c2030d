package io.gatehouse.local;

import static io.gatehouse.local.HostileInput.Expected.BELOW_500;
import static io.gatehouse.local.HostileInput.Expected.REFUSED;
import static io.gatehouse.local.HostileInput.Expected.of;
import static io.gatehouse.local.HostileInput.anonymous;
import static io.gatehouse.local.HostileInput.raw;
import static io.gatehouse.local.HostileInput.signedIn;

import io.gatehouse.local.HostileInput.Expected;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The part of {@link HostileInputs} whose bodies are large or wrong, or that is no HTTP at all. */
final class HostileBodies {
  private static final String JSON = "Content-Type: application/json";
  private static final String ITEM =
      "{\"sku\":\"a\",\"name\":\"a\",\"quantity\":1,\"unitPrice\":1}";

  private HostileBodies() {}

  static List<HostileInput> all() {
    return Stream.of(orders(), json(), graphQl(), notHttp()).flatMap(List::stream).toList();
  }

  private static List<HostileInput> orders() {
    return List.of(
        order("60 000 empty items", items("{}", 60_000)),
        order("5 000 empty items", items("{}", 5_000)),
        order("200 000 nulls as items", items("null", 190_000)),
        order("a list of lists", items("[]", 100_000)),
        order("950 KB with unknown keys", manyUnknown()),
        order(
            "a name of 900 KB",
            "{\"currency\":\"EUR\",\"items\":[{\"sku\":\"a\",\"name\":\""
                + "x".repeat(900_000)
                + "\",\"quantity\":1,\"unitPrice\":1}]}"),
        order(
            "an invisible direction in a name",
            "{\"currency\":\"EUR\",\"items\":[{\"sku\":\"a\",\"name\":\"\\u202eevil\\u0000\",\"quantity\":1,\"unitPrice\":1}]}"),
        order(
            "total and status of one's own",
            "{\"currency\":\"EUR\",\"items\":[" + ITEM + "],\"nonsense\":1,\"total\":0}"),
        order(
            "quantity of 2^63",
            "{\"currency\":\"EUR\",\"items\":[{\"sku\":\"a\",\"name\":\"a\",\"quantity\":9223372036854775808,\"unitPrice\":1}]}"),
        order(
            "price of 1e400",
            "{\"currency\":\"EUR\",\"items\":[{\"sku\":\"a\",\"name\":\"a\",\"quantity\":1,\"unitPrice\":1e400}]}"),
        order(
            "price of 400 digits",
            "{\"currency\":\"EUR\",\"items\":[{\"sku\":\"a\",\"name\":\"a\",\"quantity\":1,\"unitPrice\":"
                + "9".repeat(100_000)
                + "}]}"),
        signedIn("a batch of 10 000 empty orders", of(400, 413), "POST", "/api/orders/batch", JSON)
            .with("{\"orders\":" + list("{}", 10_000) + "}"),
        signedIn(
                "a batch of full orders with faults",
                of(400, 413),
                "POST",
                "/api/orders/batch",
                JSON)
            .with(
                "{\"orders\":"
                    + list("{\"currency\":\"x\",\"items\":" + list("{}", 100) + "}", 50)
                    + "}"),
        anonymous("sign-up of 900 KB", of(400, 413, 429), "POST", "/api/users", JSON)
            .with(
                "{\"email\":\"a@example.com\",\"name\":\""
                    + "x".repeat(900_000)
                    + "\",\"password\":\"x\"}"),
        anonymous(
                "sign-up with a password of 900 KB", of(400, 413, 429), "POST", "/api/users", JSON)
            .with(
                "{\"email\":\"a@example.com\",\"name\":\"x\",\"password\":\""
                    + "x".repeat(900_000)
                    + "\"}"),
        signedIn("sign-up with a token", of(400, 429), "POST", "/api/users", JSON)
            .with("{\"email\":\"x\"}"),
        signedIn("2 MB", of(413), "POST", "/api/orders", JSON).with("x".repeat(2 << 20)));
  }

  private static HostileInput order(String name, String body) {
    return signedIn("order: " + name, of(400, 413), "POST", "/api/orders", JSON).with(body);
  }

  private static String items(String item, int count) {
    return "{\"currency\":\"EUR\",\"items\":" + list(item, count) + "}";
  }

  private static String list(String item, int count) {
    return Stream.generate(() -> item).limit(count).collect(Collectors.joining(",", "[", "]"));
  }

  private static String manyUnknown() {
    var unknown =
        IntStream.range(0, 99)
            .mapToObj(n -> "\"" + "k".repeat(80) + n + "\":1")
            .collect(Collectors.joining(","));
    return items(ITEM.replace("}", "," + unknown + "}"), 100);
  }

  private static List<HostileInput> json() {
    return Stream.of(
            "",
            "{",
            "null",
            "[]",
            "\"x\"",
            "{\"currency\":\"EUR\",\"currency\":\"USD\"}",
            "{\"currency\":\"\u00c3\u0028\"}",
            "{\"currency\":\"\\ud800\"}",
            "{\"currency\":\"a\u0000\"}",
            "{\"a\":".repeat(5_000),
            "[".repeat(400_000),
            "{\"currency\":1e999999999}",
            "{\"\":\"\"}",
            "\u00ef\u00bb\u00bf{}",
            "\u00ff\u00fe{\u0000}\u0000",
            "{} {}",
            "{\"items\":{\"0\":1}}",
            "{\"__proto__\":{}}")
        .map(
            body ->
                signedIn(
                        "JSON " + body.substring(0, Math.min(30, body.length())),
                        of(400, 413),
                        "POST",
                        "/api/orders",
                        JSON)
                    .with(body))
        .toList();
  }

  private static List<HostileInput> graphQl() {
    var aliases =
        IntStream.range(0, 29)
            .mapToObj(
                n -> "a" + n + ":orders(limit:100){items{id items{sku name quantity unitPrice}}}")
            .collect(Collectors.joining(" "));
    var sameField =
        IntStream.range(0, 1_000)
            .mapToObj(n -> "a" + n + ":__typename")
            .collect(Collectors.joining(" "));
    var signUps =
        IntStream.range(0, 30)
            .mapToObj(
                n ->
                    "a"
                        + n
                        + ":createUser(input:{email:\\\"x"
                        + n
                        + "\\\",name:\\\"x\\\",password:\\\"short\\\"}){id}")
            .collect(Collectors.joining(" "));
    var lists = "orders(limit:100){items{customer{orders(limit:100){items{events{hash}}}}}}";
    return List.of(
        query("29 aliases of whole orders", "{" + aliases + "}"),
        query("events of 100 orders", "{orders(limit:100){items{events{hash}}}}"),
        query("lists in lists", "{" + lists + "}"),
        query("1 000 aliases", "{" + sameField + "}"),
        query("depth 50", "{me{orders{items{customer{".repeat(15) + "id" + "}}}}".repeat(15) + "}"),
        query(
            "a circle of fragments", "{...a} fragment a on Query{...b} fragment b on Query{...a}"),
        query("60 000 characters", "{" + " ".repeat(60_000) + "me{id}}"),
        query("100 000 tokens", "{" + "x ".repeat(100_000) + "}"),
        query("200 000 braces", "{".repeat(200_000)),
        query("30 sign-ups", "mutation{" + signUps + "}"),
        query("directives by the thousand", "{me{id " + "@skip(if:false) ".repeat(5_000) + "}}"),
        query(
            "introspection in circles",
            "{__schema{types{fields{type{fields{type{fields{type{fields{name}}}}}}}}}"),
        query("text that is no query", "\\u0000\\ud800"),
        graph("a batch", list("{\"query\":\"{me{id}}\"}", 1_000)),
        graph(
            "variables of lists",
            "{\"query\":\"query($a:ID!){order(id:$a){id}}\",\"variables\":{\"a\":"
                + "[".repeat(10_000)
                + "]".repeat(10_000)
                + "}}"),
        graph("query that is a number", "{\"query\":1}"),
        signedIn("GraphQL of text", of(400, 415), "POST", "/graphql", "Content-Type: text/plain")
            .with("{me{id}}"));
  }

  private static HostileInput query(String name, String query) {
    return graph(name, "{\"query\":\"" + query + "\"}");
  }

  private static HostileInput graph(String name, String body) {
    return signedIn("GraphQL: " + name, BELOW_500, "POST", "/graphql", JSON).with(body);
  }

  private static List<HostileInput> notHttp() {
    var lines = "Host: ${host}\r\nConnection: close\r\n";
    return List.of(
        raw(
            "both lengths",
            REFUSED,
            "POST /api/orders HTTP/1.1\r\n"
                + lines
                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n"),
        raw(
            "two lengths",
            REFUSED,
            "POST /api/orders HTTP/1.1\r\n"
                + lines
                + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"),
        raw(
            "negative length",
            REFUSED,
            "POST /api/orders HTTP/1.1\r\n" + lines + "Content-Length: -1\r\n\r\n"),
        raw(
            "a gigabyte announced",
            new Expected(Set.of(413), false),
            "POST /api/orders HTTP/1.1\r\n" + lines + "Content-Length: 1073741824\r\n\r\n{"),
        raw(
            "coding in disguise",
            REFUSED,
            "POST /api/orders HTTP/1.1\r\n"
                + lines
                + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        raw(
            "chunk of nonsense",
            REFUSED,
            "POST /api/orders HTTP/1.1\r\n" + lines + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
        raw(
            "chunk without an end",
            REFUSED,
            "POST /api/orders HTTP/1.1\r\n"
                + lines
                + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"),
        raw(
            "a header of 64 KB",
            REFUSED,
            "GET /health HTTP/1.1\r\n" + lines + "X: " + "x".repeat(65_536) + "\r\n\r\n"),
        raw(
            "1 000 headers",
            REFUSED_OR_SERVED,
            "GET /health HTTP/1.1\r\n"
                + lines
                + IntStream.range(0, 1_000)
                    .mapToObj(n -> "X-" + n + ": 1\r\n")
                    .collect(Collectors.joining())
                + "\r\n"),
        raw("no Host", REFUSED, "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"),
        raw("two Hosts", REFUSED, "GET /health HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n"),
        raw(
            "folded header",
            REFUSED_OR_SERVED,
            "GET /health HTTP/1.1\r\n" + lines + "X: a\r\n b\r\n\r\n"),
        raw(
            "header without a name",
            REFUSED_OR_SERVED,
            "GET /health HTTP/1.1\r\n" + lines + ": a\r\n\r\n"),
        raw(
            "space before the colon",
            REFUSED_OR_SERVED,
            "GET /health HTTP/1.1\r\n" + lines + "X : a\r\n\r\n"),
        raw(
            "bare line feeds",
            REFUSED_OR_SERVED,
            "GET /health HTTP/1.1\nHost: ${host}\nConnection: close\n\n"),
        raw("bytes", REFUSED, "\u0000\u0001\u00ff\u00fe\r\n\r\n"),
        raw(
            "a TLS hello",
            REFUSED,
            "\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000\u00a1\u0003\u0003" + "x".repeat(161)),
        raw("HTTP/2 without an upgrade", REFUSED, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        raw("HTTP/0.9", REFUSED_OR_SERVED, "GET /health\r\n\r\n"),
        raw(
            "HTTP/9.9",
            new Expected(Set.of(400, 505), true),
            "GET /health HTTP/9.9\r\n" + lines + "\r\n"),
        raw("TRACE", REFUSED, "TRACE / HTTP/1.1\r\n" + lines + "\r\n"),
        raw("CONNECT", REFUSED, "CONNECT evil.example:443 HTTP/1.1\r\n" + lines + "\r\n"),
        raw(
            "a method of 5 000 letters",
            REFUSED,
            "G".repeat(5_000) + " / HTTP/1.1\r\n" + lines + "\r\n"),
        raw(
            "a method nobody knows",
            REFUSED_OR_SERVED,
            "BREW /health HTTP/1.1\r\n" + lines + "\r\n"),
        raw(
            "two requests in one",
            REFUSED_OR_SERVED,
            "GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /api/users HTTP/1.1\r\n"
                + lines
                + "\r\n"));
  }

  private static final Expected REFUSED_OR_SERVED =
      new Expected(Set.of(200, 400, 401, 404, 405, 431, 501), true);
}
