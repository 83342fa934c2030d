package io.gatehouse.gateway.graphql;

import io.gatehouse.gateway.ComposingGateway;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the tests of the GraphQL endpoint have in common. */
abstract class GraphQlGateway extends ComposingGateway {
  static final String RESPONSE_JSON = "application/graphql-response+json";
  final String other = UUID.randomUUID().toString();

  HttpResponse<String> query(String query, Map<String, Object> variables, String token)
      throws Exception {
    return send(
        request("/graphql")
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    JSON.writeValueAsString(Map.of("query", query, "variables", variables)))));
  }

  HttpResponse<String> post(String body, String accept) throws Exception {
    return send(
        request("/graphql")
            .header("Authorization", "Bearer " + TOKENS.user(subject))
            .header("Content-Type", "application/json")
            .header("Accept", accept)
            .POST(BodyPublishers.ofString(body)));
  }

  static String user(String id) {
    return "{\"id\":\"%s\",\"name\":\"Ada\"}".formatted(id);
  }

  static String order(String id, String customer, int n) {
    return "{\"id\":\"%s\",\"customerId\":\"%s\",\"status\":\"PLACED\",\"total\":%d}"
        .formatted(id, customer, 8_000_000_000L + n);
  }

  static String page(List<String> items) {
    return "{\"items\":[" + String.join(",", items) + "],\"next\":null}";
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
