package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.web.OpenApiDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Requests that nobody would send, made from the API document and of raw headers: each gets a
 * status that the document knows for its operation, and none fails. The same ones in every run;
 * {@code -Dorders.fuzz.seed} gives others, {@code -Dorders.fuzz} more.
 */
class FuzzTest extends OrderServiceTest {
  private static final long SEED = Long.getLong("orders.fuzz.seed", 20_261_126);
  private static final int REQUESTS = Integer.getInteger("orders.fuzz", 4_000);

  private final Random random = new Random(SEED);
  private final List<Operation> operations = operations();
  private List<String> ids = List.of();

  /**
   * One operation of the document.
   *
   * @param parameters names of its query parameters
   * @param statuses that it may answer
   */
  private record Operation(
      String method, String path, List<String> parameters, Set<Integer> statuses) {}

  private record Answer(int status, Map<String, String> headers, byte[] body) {
    boolean isHttpRefusal() {
      return status == 400 && body.length == 0 && "close".equals(headers.get("connection"));
    }
  }

  @Test
  void oddRequest_getsAnAnswerThatTheDocumentKnows_always() throws IOException {
    ids = Stream.generate(ada::place).limit(5).toList();
    var seen = new TreeMap<Integer, Integer>();
    var wrong = new ArrayList<String>();
    for (var i = 0; i < REQUESTS; i++) {
      var operation = one(operations);
      var request = request(operation);
      var answer = exchange(request, operation.method());
      seen.merge(answer.status(), 1, Integer::sum);
      if (!fits(answer, operation)) {
        wrong.add(describe(request) + "\n-> " + answer.status() + ' ' + text(answer.body()));
      }
    }

    assertThat(wrong).as("seed %d", SEED).isEmpty();
    assertThat(seen.keySet())
        .as("%s", seen)
        .contains(200, 201, 304, 400, 403, 404, 406, 412, 415, 422);
  }

  private static boolean fits(Answer answer, Operation operation) {
    if (answer.isHttpRefusal()) {
      return true;
    }
    if (answer.status() >= 500 || !operation.statuses().contains(answer.status())) {
      return false;
    }
    return answer.status() < 400 || operation.method().equals("HEAD") || isError(answer);
  }

  private static boolean isError(Answer answer) {
    try {
      var error = Api.JSON.readTree(answer.body()).path("error");
      return "application/json".equals(answer.headers().get("content-type"))
          && !error.path("code").asString("").isEmpty()
          && !error.path("message").asString("").isEmpty()
          && error.path("details").isArray()
          && error.path("details").size() <= 101
          && error.path("requestId").isString()
          && answer.body().length < 64 * 1024;
    } catch (JacksonException noJson) {
      return false;
    }
  }

  private byte[] request(Operation operation) throws IOException {
    var out = new ByteArrayOutputStream();
    var head = new StringBuilder();
    head.append(operation.method()).append(' ').append(target(operation)).append(" HTTP/1.1\r\n");
    head.append("Host: localhost\r\nAuthorization: Bearer ");
    head.append(one(List.of(ada, ada, ada, service, bob)).token()).append("\r\n");
    var body =
        operation.method().equals("POST") || operation.method().equals("PUT")
            ? body(operation.path())
            : null;
    if (body != null) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
      if (random.nextInt(8) > 0) {
        head.append("Content-Type: application/json\r\n");
      }
    }
    for (var n = few(); n > 0; n--) {
      head.append(one(random.nextBoolean() ? FuzzWords.HEADERS : FuzzWords.LOOKED_AT))
          .append(": ")
          .append(headerValue())
          .append("\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    if (body != null) {
      out.write(body);
    }
    return out.toByteArray();
  }

  /** A NUL would make it no HTTP at all. */
  private String headerValue() {
    return one(FuzzWords.ODD).replace("\u0000", "");
  }

  private String target(Operation operation) {
    var id = random.nextInt(4) > 0 ? one(ids) : oddId();
    var path = new StringBuilder(operation.path().replace("{id}", id));
    var separator = '?';
    for (var n = few(); n > 0; n--) {
      var known = !operation.parameters().isEmpty() && random.nextInt(8) > 0;
      path.append(separator).append(known ? one(operation.parameters()) : "unknown");
      path.append('=').append(URLEncoder.encode(one(FuzzWords.ODD), StandardCharsets.UTF_8));
      separator = '&';
    }
    return path.toString();
  }

  private String oddId() {
    return random.nextBoolean()
        ? new UUID(random.nextLong(), random.nextLong()).toString()
        : URLEncoder.encode("x" + one(FuzzWords.ODD), StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The one that belongs there half the time. */
  private byte[] body(String path) {
    var action = path.substring(path.lastIndexOf('/') + 1);
    var text =
        random.nextBoolean()
            ? FuzzWords.BODIES.get(action)
            : one(List.copyOf(FuzzWords.BODIES.values()));
    if (random.nextInt(3) == 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    if (random.nextInt(3) > 0) {
      text = text.replaceFirst(":(\"[^\"]*\"|[0-9]+|null)", ":" + quoted(one(FuzzWords.VALUES)));
    }
    if (random.nextInt(4) == 0) {
      text = text.replaceFirst("\\{", "{\"odd\":" + quoted(one(FuzzWords.VALUES)) + ",");
    }
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextInt(6) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static String quoted(String replacement) {
    return replacement.replace("\\", "\\\\").replace("$", "\\$");
  }

  private Answer exchange(byte[] request, String method) throws IOException {
    try (var client = new RawClient(port)) {
      client.send(request);
      var status = Integer.parseInt(client.line().substring(9, 12));
      var headers = new TreeMap<String, String>();
      for (var line = client.line(); !line.isEmpty(); line = client.line()) {
        var colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
      }
      var hasBody = !method.equals("HEAD") && headers.containsKey("content-length");
      return new Answer(
          status,
          headers,
          hasBody ? client.bytes(Integer.parseInt(headers.get("content-length"))) : new byte[0]);
    }
  }

  /** None half the time, at most three. */
  private int few() {
    return Math.max(0, random.nextInt(6) - 2);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static String describe(byte[] request) {
    return text(request).replaceAll("Bearer [^\r\n]*", "Bearer …");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What the document says, and HEAD wherever it says GET. */
  private static List<Operation> operations() {
    var document =
        Api.JSON.<JsonNode>valueToTree(
            OpenApiDocument.read(new ClassPathResource("openapi.yaml"), "http://localhost"));
    var operations = new ArrayList<Operation>();
    for (var path : document.get("paths").properties()) {
      for (var method : path.getValue().properties()) {
        if (!method.getKey().equals("parameters")) {
          var operation = operation(path.getKey(), method.getKey(), method.getValue());
          operations.add(operation);
          if (operation.method().equals("GET")) {
            operations.add(
                new Operation("HEAD", path.getKey(), operation.parameters(), operation.statuses()));
          }
        }
      }
    }
    return operations;
  }

  private static Operation operation(String path, String method, JsonNode of) {
    var parameters =
        of.path("parameters")
            .valueStream()
            .map(parameter -> parameter.path("$ref").asString(parameter.path("name").asString("")))
            .map(name -> name.substring(name.lastIndexOf('/') + 1))
            .map(name -> Map.of("Limit", "limit", "Cursor", "cursor").getOrDefault(name, name))
            .filter(name -> Character.isLowerCase(name.charAt(0)))
            .toList();
    var statuses =
        of.get("responses").propertyNames().stream()
            .map(Integer::valueOf)
            .collect(Collectors.toUnmodifiableSet());
    return new Operation(method.toUpperCase(Locale.ROOT), path, parameters, statuses);
  }
}
