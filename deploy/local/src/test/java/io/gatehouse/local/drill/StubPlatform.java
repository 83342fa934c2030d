package io.gatehouse.local.drill;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * As much of a platform as a drill asks for, over real HTTP, with one fault of its own. An
 * account's id is also its token.
 */
public final class StubPlatform implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f-]{27}");
  private static final Pattern STATE = Pattern.compile("state=([^&]+)");

  /** Which of the placements and payments the fault befalls. */
  private static final int CHOSEN = 30;

  /** Of an order that is not kept. */
  private static final String NOBODYS = "01930000-0000-7000-8000-000000000000";

  /** What is wrong with it. */
  public enum Fault {
    /** An order is acknowledged and not kept. */
    LOSES_AN_ORDER,
    /** An order is kept twice. */
    DOUBLES_AN_ORDER,
    /** A payment is acknowledged and not kept. */
    LOSES_A_PAYMENT,
    /** A payment is kept twice. */
    DOUBLES_A_PAYMENT,
    /** A change of a name is acknowledged and not kept, once it is told to break. */
    LOSES_A_NAME,
    /** An order is kept and the answer lost. */
    BREAKS_OFF_AN_ANSWER,
    /** Idempotency-Key does not count. */
    IGNORES_KEYS,
    /** Reads are answered with 503 once it is told to break. */
    REFUSES_READS,
  }

  private final HttpServer server;
  private final Set<Fault> faults;
  private final Map<String, ObjectNode> users = new LinkedHashMap<>();
  private final Map<String, ObjectNode> orders = new LinkedHashMap<>();
  private final Map<String, ObjectNode> placed = new HashMap<>();
  private final AtomicInteger placements = new AtomicInteger();
  private final AtomicInteger payments = new AtomicInteger();
  private boolean broken;
  private boolean lostAName;

  /** A platform with these faults. */
  public StubPlatform(Set<Fault> faults) {
    this.faults = faults;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** Where it is. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on it has those of its faults that begin at a moment. */
  public synchronized void breakNow() {
    broken = true;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var path = exchange.getRequestURI().getPath();
      var call = exchange.getRequestMethod() + " " + ID.matcher(path).replaceAll("{id}");
      synchronized (this) {
        answer(exchange, call, idIn(path), body);
      }
    }
  }

  private void answer(HttpExchange exchange, String call, String id, String body)
      throws IOException {
    switch (call) {
      case "GET /.well-known/oauth-authorization-server" ->
          send(exchange, 200, "{\"scopes_supported\":[\"orders.read\"]}");
      case "GET /.well-known/openid-configuration" -> send(exchange, 200, "{}");
      case "GET /oauth2/authorize" -> send(exchange, 200, loginPage(exchange));
      case "POST /login" -> signIn(exchange, body);
      case "POST /oauth2/token" ->
          send(exchange, 200, "{\"access_token\":\"%s\"}".formatted(idIn(body)));
      case "POST /api/users" -> send(exchange, 201, user(JSON.readTree(body)));
      case "PUT /api/users/{id}" -> send(exchange, 200, renamed(id, JSON.readTree(body)));
      case "GET /api/users/me" -> read(exchange, users.get(caller(exchange)));
      case "GET /api/users/{id}" -> send(exchange, 200, users.get(id).toString());
      case "GET /api/orders" -> send(exchange, 200, page(caller(exchange)));
      case "GET /api/orders/{id}" -> read(exchange, orders.get(id));
      case "POST /api/orders" -> place(exchange, (ObjectNode) JSON.readTree(body));
      case "POST /api/orders/{id}/payment" -> pay(exchange, orders.get(id));
      default -> send(exchange, 404, "{}");
    }
  }

  private static String idIn(String text) {
    var id = ID.matcher(text);
    return id.find() ? id.group() : "";
  }

  private static String loginPage(HttpExchange exchange) {
    return """
    <form method=post action="/login?%s">
    <input type=email name=username><input type=password name=password></form>"""
        .formatted(exchange.getRequestURI().getRawQuery().replace("&", "&amp;"));
  }

  private void signIn(HttpExchange exchange, String body) throws IOException {
    var user =
        users.values().stream()
            .filter(one -> body.contains(one.path("email").asString().replace("@", "%40")))
            .findFirst()
            .orElseThrow();
    var state = STATE.matcher(exchange.getRequestURI().getRawQuery());
    var code = user.path("id").asString();
    exchange
        .getResponseHeaders()
        .add(
            "Location",
            "http://127.0.0.1:53682/callback?code=%s&state=%s"
                .formatted(code, state.find() ? state.group(1) : ""));
    send(exchange, 302, "");
  }

  private String user(JsonNode body) {
    var user = (ObjectNode) body;
    var id = UUID.randomUUID().toString();
    user.put("id", id).put("version", 1).remove("password");
    users.put(id, user);
    return user.toString();
  }

  private String renamed(String id, JsonNode body) {
    var user = users.get(id).deepCopy();
    user.set("name", body.path("name"));
    next(user);
    if (broken && faults.contains(Fault.LOSES_A_NAME) && !lostAName) {
      lostAName = true;
    } else {
      users.put(id, user);
    }
    return user.toString();
  }

  private void place(HttpExchange exchange, ObjectNode order) throws IOException {
    var key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    var known = placed.putIfAbsent(key, order);
    if (known != null && !faults.contains(Fault.IGNORES_KEYS)) {
      send(exchange, 201, known.toString());
      return;
    }
    order.put("customerId", caller(exchange)).put("status", "PLACED").put("version", 1);
    var chosen = placements.incrementAndGet() == CHOSEN;
    if (!(chosen && faults.contains(Fault.LOSES_AN_ORDER))) {
      keep(order);
    }
    if (chosen && faults.contains(Fault.DOUBLES_AN_ORDER)) {
      keep(order.deepCopy());
    }
    if (chosen && faults.contains(Fault.BREAKS_OFF_AN_ANSWER)) {
      return;
    }
    send(exchange, 201, (order.has("id") ? order : order.put("id", NOBODYS)).toString());
  }

  private void keep(ObjectNode order) {
    var id = UUID.randomUUID().toString();
    orders.put(id, order.put("id", id));
  }

  private void pay(HttpExchange exchange, @Nullable ObjectNode kept) throws IOException {
    if (kept == null) {
      send(exchange, 404, "{}");
      return;
    }
    var order = kept.deepCopy().put("status", "PAID");
    next(order);
    var chosen = payments.incrementAndGet() == CHOSEN;
    if (!(chosen && faults.contains(Fault.LOSES_A_PAYMENT))) {
      kept.put("status", "PAID");
      next(kept);
    }
    if (chosen && faults.contains(Fault.DOUBLES_A_PAYMENT)) {
      next(kept);
    }
    send(exchange, 200, order.toString());
  }

  private static void next(ObjectNode versioned) {
    versioned.put("version", versioned.path("version").asInt() + 1);
  }

  /** All on one page. */
  private String page(String customer) {
    var items =
        orders.values().stream()
            .filter(order -> order.path("customerId").asString().equals(customer))
            .toList();
    return "{\"items\":%s,\"next\":null}".formatted(items);
  }

  private void read(HttpExchange exchange, @Nullable ObjectNode found) throws IOException {
    if (found == null) {
      send(exchange, 404, "{\"error\":{\"code\":\"NOT_FOUND\"}}");
    } else if (broken && faults.contains(Fault.REFUSES_READS)) {
      send(exchange, 503, "{\"error\":{\"code\":\"SERVICE_UNAVAILABLE\"}}");
    } else {
      send(exchange, 200, found.toString());
    }
  }

  private static String caller(HttpExchange exchange) {
    return idIn(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .add("Content-Type", body.startsWith("<") ? "text/html" : "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
