package io.gatehouse.users;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** What generated requests are made of. */
final class FuzzWords {
  private static final List<String> HEADERS =
      List.of(
          "Accept: foo",
          "Accept: */*;q=0",
          "Accept: application/json;q=x",
          "Accept: text/html",
          "Accept: ,,",
          "Accept-Charset: \"",
          "Accept-Encoding: *",
          "Accept-Language: ;;",
          "Authorization: Basic !!!",
          "Content-Encoding: gzip",
          "Content-Type: foo",
          "Content-Type: application/json;charset=utf-99",
          "Content-Type: application/json;charset=\"",
          "Content-Type: multipart/form-data",
          "Content-Type: application/x-www-form-urlencoded",
          "Cookie: SESSION=AA==",
          "Cookie: ;=;\"",
          "Date: never",
          "Forwarded: for=\"",
          "If-Match: foo",
          "If-Match:",
          "If-Match: W/\"1\"",
          "If-Modified-Since: 0",
          "If-None-Match: foo",
          "If-None-Match:",
          "If-None-Match: *",
          "If-None-Match: \"1\", W/\"2\"",
          "Origin: null",
          "Origin: http://a b",
          "Range: bytes=9-1",
          "Range: foo",
          "X-Forwarded-For: \"a\"=b, ,",
          "X-Forwarded-Host: [::",
          "X-HTTP-Method-Override: \u00e9",
          "X-Request-Id: a b",
          "traceparent: 00-0-0-zz",
          "X-Long: " + "x".repeat(4_000));

  private static final List<String> VALUES =
      List.of(
          "",
          "0",
          "1",
          "-1",
          "101",
          "99999999999999999999",
          "%",
          "%zz",
          "%E9",
          "%00",
          "a%20b",
          "null",
          "2.0",
          "2026-01-01T00:00:00Z",
          "%2B300000-01-01T00:00:00Z",
          "1.1",
          "999999999999999999.1",
          "ada@example.com",
          "%22ada%22@x.y",
          "b%C3%BCcher.example",
          "0190f3a1-0000-7000-8000-000000000000",
          "'or'1'='1",
          "a,b,,",
          "AAAA",
          "%F0%9F%98%80");

  private static final List<String> PARAMETERS =
      List.of("limit", "cursor", "email", "id", "since", "after", "", "a", "%zz", "limit[]");

  private static final List<String> FIELDS =
      List.of(
          "email",
          "name",
          "password",
          "roles",
          "current",
          "new",
          "ip",
          "id",
          "version",
          "emailVerified",
          "x",
          "",
          "\u00e9",
          "__proto__");

  private static final List<String> JSON =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e400",
          "1e99999999999",
          "\"\"",
          "\"x\"",
          "[]",
          "[null]",
          "{}",
          "[\"ADMIN\"]",
          "[\"USER\",\"USER\",\"USER\"]",
          "\"correct-horse-battery\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"\\u202e\"",
          "\"x@y.z\"",
          "\"\u00fc@\u00fc.\u00fc\"",
          "\"a@xn--\"",
          "[[[[[[]]]]]]",
          "99999999999999999999",
          "\"" + "x".repeat(2_000) + "\"");

  private static final List<String> BODIES =
      List.of(
          "",
          " ",
          "{",
          "[]",
          "null",
          "\ufeff{}",
          "{\"a\":1,\"a\":1}",
          "a=b",
          "\u0000",
          "[".repeat(200),
          "{\"email\":" + "[".repeat(150) + "]".repeat(150) + "}",
          "{\"roles\":[" + "{},".repeat(5_000) + "{}]}");

  private FuzzWords() {}

  static <T> T pick(Random random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** One request for a call such as {@code GET /api/users/{id}}, as it goes over the wire. */
  static String request(Random random, String call, String known, List<String> tokens) {
    var method = call.substring(0, call.indexOf(' '));
    var body = method.equals("GET") || method.equals("DELETE") ? "" : body(random);
    var lines = new ArrayList<String>();
    lines.add("%s %s HTTP/1.1".formatted(odd(random, method), target(random, call, known)));
    lines.add("Host: localhost");
    var token = pick(random, tokens);
    if (!token.isEmpty()) {
      lines.add("Authorization: Bearer " + token);
    }
    if (!body.isEmpty() && random.nextInt(8) > 0) {
      lines.add("Content-Type: application/json");
    }
    for (var i = random.nextInt(3); i > 0; i--) {
      lines.add(pick(random, HEADERS));
    }
    lines.add("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length);
    return String.join("\r\n", lines) + "\r\n\r\n" + body;
  }

  private static String odd(Random random, String method) {
    return random.nextInt(20) > 0 ? method : pick(random, List.of("PATCH", "HEAD", "OPTIONS", "X"));
  }

  private static String target(Random random, String call, String known) {
    var id =
        switch (random.nextInt(4)) {
          case 0 -> UUID.randomUUID().toString();
          case 1 -> pick(random, VALUES);
          default -> known;
        };
    var path = call.substring(call.indexOf(' ') + 1).replace("{id}", id);
    var query = new StringBuilder();
    for (var i = random.nextInt(3); i > 0; i--) {
      query.append(query.isEmpty() ? '?' : '&').append(pick(random, PARAMETERS));
      if (random.nextInt(5) > 0) {
        query.append('=').append(pick(random, VALUES));
      }
    }
    return path + query;
  }

  private static String body(Random random) {
    if (random.nextInt(4) == 0) {
      return pick(random, BODIES);
    }
    var body = new StringBuilder("{");
    for (var field : FIELDS) {
      if (random.nextInt(3) == 0) {
        body.append(body.length() == 1 ? "" : ",")
            .append('"')
            .append(field)
            .append("\":")
            .append(pick(random, JSON));
      }
    }
    return body.append('}').toString();
  }
}
