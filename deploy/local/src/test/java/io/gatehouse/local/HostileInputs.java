package io.gatehouse.local;

import static io.gatehouse.local.HostileInput.Expected.BELOW_500;
import static io.gatehouse.local.HostileInput.Expected.of;
import static io.gatehouse.local.HostileInput.anonymous;
import static io.gatehouse.local.HostileInput.raw;
import static io.gatehouse.local.HostileInput.signedIn;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * Inputs that have hurt platforms like this one, each by a name. One caller sends them all, and
 * nobody else may notice. {@link HostileSignIns} has those for the authorization server, {@link
 * HostileBodies} those that are large or no HTTP.
 */
final class HostileInputs {
  private HostileInputs() {}

  static List<HostileInput> all() {
    return Stream.of(
            tokens(),
            headers(),
            paths(),
            parameters(),
            rights(),
            HostileSignIns.all(),
            HostileBodies.all())
        .flatMap(List::stream)
        .toList();
  }

  private static List<HostileInput> tokens() {
    return List.of(
        bearer("JWT header null", "bnVsbA.e30.AA"),
        bearer("alg none", jwt("{\"alg\":\"none\"}") + "."),
        bearer("alg NoNe", jwt("{\"alg\":\"NoNe\",\"typ\":\"at+jwt\"}") + "."),
        bearer("HS256", jwt("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}") + ".AAAA"),
        bearer("kid traversal", jwt("{\"alg\":\"RS256\",\"kid\":\"../../etc/passwd\"}") + ".AAAA"),
        bearer("kid SQL", jwt("{\"alg\":\"RS256\",\"kid\":\"' or 1=1 --\"}") + ".AAAA"),
        bearer(
            "kid unknown", jwt("{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"x\"}") + ".AAAA"),
        bearer("jku", jwt("{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/\"}") + ".AAAA"),
        bearer("x5u", jwt("{\"alg\":\"RS256\",\"x5u\":\"http://127.0.0.1:1/\"}") + ".AAAA"),
        bearer("embedded jwk", jwt("{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\"}}") + ".AAAA"),
        bearer("deep JWT header", jwt("[".repeat(2000)) + ".AAAA"),
        bearer("claims that are no object", "eyJhbGciOiJSUzI1NiJ9.W10.AAAA"),
        bearer("no signature", "${unsigned}"),
        bearer("padded signature", "${token}="),
        bearer("signature in other bits", "${rewritten}"),
        bearer("two tokens", "${token} ${token}"),
        bearer("dots only", "...."),
        bearer("nothing", ""),
        anonymous("token in the query", of(400, 401), "GET", "/api/orders?access_token=${token}"),
        anonymous("Basic at the API", of(401), "GET", "/api/orders", "Authorization: Basic eDp5"),
        signedIn(
            "two Authorization headers",
            of(400, 401),
            "GET",
            "/api/orders",
            "Authorization: Bearer x"),
        bearerAt("/userinfo", "JWT header null at userinfo"),
        bearerAt("/graphql?query=%7Bme%7Bid%7D%7D", "JWT header null at GraphQL"));
  }

  private static HostileInput bearer(String name, String token) {
    return anonymous(name, of(401), "GET", "/api/orders", "Authorization: Bearer " + token);
  }

  private static HostileInput bearerAt(String path, String name) {
    return anonymous(name, of(401), "GET", path, "Authorization: Bearer bnVsbA.e30.AA");
  }

  private static String jwt(String header) {
    return base64(header) + "." + base64("{\"sub\":\"x\",\"aud\":[\"gatehouse\"]}");
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<HostileInput> headers() {
    return List.of(
        header("Accept: foo"),
        header("Accept: */*;q=2, text/html;level=\"unclosed"),
        header("Accept-Language: " + "x-".repeat(2_000)),
        header("Accept-Encoding: *"),
        header("Accept-Encoding: gzip;q=x"),
        header("If-None-Match: foo"),
        header("If-None-Match: "),
        header("If-None-Match: *, \"1\", W/\"2"),
        header("If-Match: foo"),
        header("If-Modified-Since: yesterday"),
        header("Range: bytes=9-1,-1,x"),
        header("Expect: miracles"),
        header("Forwarded: for=\"[;proto=x"),
        header("X-Forwarded-For: 203.0.113.7:4711, x, [::1"),
        header("X-Forwarded-Proto: HTTPS"),
        header("X-Forwarded-Host: evil.example"),
        header("X-Forwarded-Prefix: /" + "%0d%0a".repeat(50)),
        header("X-User-Id: admin"),
        header("X-Request-Id: " + "x".repeat(5_000)),
        header("X-Long: " + "x".repeat(12_000)),
        header("traceparent: 00-zz-zz-zz"),
        header("Origin: https://evil.example"),
        header("Upgrade: websocket\r\nConnection: Upgrade, close"),
        header("Connection: close, authorization"),
        signedIn("Content-Type: foo", of(400, 415), "POST", "/api/orders", "Content-Type: foo")
            .with("{}"),
        signedIn(
                "charset of nonsense",
                BELOW_500,
                "POST",
                "/api/orders",
                "Content-Type: application/json; charset=x")
            .with("{}"),
        signedIn(
                "gzip that is none",
                of(400, 415),
                "POST",
                "/api/orders",
                "Content-Type: application/json",
                "Content-Encoding: gzip")
            .with("{}"),
        signedIn(
                "Idempotency-Key of bytes",
                of(400),
                "POST",
                "/api/orders",
                "Content-Type: application/json",
                "Idempotency-Key: \u0001\u00ff")
            .with("{}"),
        signedIn(
            "Last-Event-ID ahead",
            of(400, 409),
            "GET",
            "/api/orders/stream",
            "Accept: text/event-stream",
            "Last-Event-ID: 9223372036854775807-9223372036854775807"),
        signedIn(
            "Last-Event-ID of nonsense",
            of(400, 409),
            "GET",
            "/api/orders/stream",
            "Accept: text/event-stream",
            "Last-Event-ID: %00'; drop"),
        anonymous(
            "If-None-Match at the document",
            BELOW_500,
            "GET",
            "/openapi.json",
            "If-None-Match: W/\"x\", *"));
  }

  private static HostileInput header(String line) {
    var name = line.length() > 60 ? line.substring(0, 60) : line;
    return signedIn(name.replace("\r\n", " "), BELOW_500, "GET", "/api/users/me", line);
  }

  private static List<HostileInput> paths() {
    return Stream.of(
            "/%61pi/orders",
            "/%6Cogin",
            "/oauth2/%74oken",
            "/api/orders/%2e%2e/users",
            "/api//orders",
            "/api/orders/..;/users",
            "/api/orders%2F..%2Fusers",
            "/api/orders/%00",
            "/api/orders/%",
            "/api/orders/%zz",
            "/api/orders/%C3%28",
            "/api/orders/a;b=c",
            "/api/orders\\..\\users",
            "/actuator/env",
            "/gateway/actuator/health",
            "/api/orders/actuator",
            "/internal/feed",
            "/eureka/apps",
            "/" + "x".repeat(9_000),
            "/api/orders/?x=" + "%F0".repeat(2_000),
            "/.well-known/%2e%2e/login",
            "http://evil.example/api/orders",
            "//evil.example/api/orders",
            "/api/orders/#fragment")
        .map(path -> anonymous(shortened(path), BELOW_500, "GET", path))
        .toList();
  }

  private static String shortened(String path) {
    return "path " + (path.length() > 40 ? path.substring(0, 40) : path);
  }

  private static List<HostileInput> parameters() {
    return Stream.of(
            "orders/${order}?asOf=%2B300000-01-01T00:00:00Z",
            "orders/${order}?asOf=-999999999-01-01T00:00:00Z",
            "orders/${order}?asOf=x",
            "orders/${order}?version=9223372036854775808",
            "orders/${order}?version=-1",
            "orders/${order}?version=1&version=2",
            "orders/${order}/diff?from=2147483648&to=1e400",
            "orders/not-an-id",
            "orders/00000000-0000-0000-0000-00000000000g",
            "orders?limit=0",
            "orders?limit=1e9",
            "orders?limit=%00",
            "orders?cursor=%27%20or%201=1",
            "orders?cursor=" + "A".repeat(4_000),
            "orders?cursor=" + "A".repeat(7_500),
            "orders?status=%27;drop%20table",
            "orders?unknown=1",
            "orders?status=PLACED&status=PAID",
            "orders/${order}/events?cursor=" + base64("{\"after\":-1}"))
        .map(
            path ->
                signedIn(
                    "GET "
                        + path.substring(0, Math.min(60, path.length()))
                        + (path.length() > 60 ? " of " + path.length() : ""),
                    of(400, 404),
                    "GET",
                    "/api/" + path))
        .toList();
  }

  private static List<HostileInput> rights() {
    return List.of(
        signedIn("all users by a user", of(403), "GET", "/api/users"),
        signedIn("another user", of(403), "GET", "/api/users/0198f000-0000-7000-8000-000000000000"),
        signedIn(
            "orders of another",
            of(403),
            "GET",
            "/api/orders?customerId=0198f000-0000-7000-8000-000000000000"),
        signedIn(
                "shipment by its owner",
                of(403),
                "POST",
                "/api/orders/${order}/shipment",
                "Content-Type: application/json")
            .with("{\"carrier\":\"DHL\",\"trackingNumber\":\"1\"}"),
        signedIn(
                "order for another",
                of(403),
                "POST",
                "/api/orders",
                "Content-Type: application/json")
            .with(
                "{\"customerId\":\"0198f000-0000-7000-8000-000000000000\",\"currency\":\"EUR\",\"items\":[{\"sku\":\"a\",\"name\":\"a\",\"quantity\":1,\"unitPrice\":1}]}"),
        signedIn(
                "roles of one's own",
                of(403),
                "PUT",
                "/api/users/${user}",
                "Content-Type: application/json")
            .with("{\"email\":\"${email}\",\"name\":\"A\",\"roles\":[\"ADMIN\"]}"),
        raw(
            "preflight from a strange origin",
            BELOW_500,
            "OPTIONS /api/orders HTTP/1.1\r\nHost: ${host}\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: PUT\r\nConnection: close\r\n\r\n"));
  }
}
