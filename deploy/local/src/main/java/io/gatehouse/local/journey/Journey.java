package io.gatehouse.local.journey;

import io.gatehouse.local.journey.PublicApi.Answer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/** The whole journey of a customer, and what has to be refused on the way. */
public final class Journey {
  private static final String PASSWORD = "walks-the-whole-journey";

  private final PublicApi api;
  private final SignIn signIn;
  private final Consumer<String> out;
  private final String customer = "check-" + UUID.randomUUID() + "@example.com";
  private String signedUp = "";
  private String token = "";
  private String order = "";
  private String paid = "";
  private String placedAt = "";
  private int failed;
  private int skipped;

  public Journey(URI url, Consumer<String> out) {
    this(new PublicApi(url), out);
  }

  /** The journey by an API that somebody may watch. */
  public Journey(PublicApi api, Consumer<String> out) {
    this.api = api;
    this.signIn = new SignIn(api.url());
    this.out = out;
  }

  private interface Step {
    void walk();
  }

  /**
   * What came of the steps.
   *
   * @param failed those that were not as promised
   * @param skipped those that were not tried, because what they need was not to be had
   */
  public record Outcome(int failed, int skipped) {}

  /** Walks every step that what came of those before lets it walk. */
  public Outcome walk() {
    step("the platform is healthy", () -> expect(200, api.get("/health", null)));
    step("sign-up", this::signUp);
    step("sign-in with authorization code and PKCE", () -> token = signedIn(needed(signedUp)));
    step("own profile", this::ownProfile);
    step("place an order", this::place);
    step("pay it", this::pay);
    step("audit trail", this::auditTrail);
    step("the order as of before the payment", this::asOfBeforePayment);
    step("the events' hash chain is whole", this::verification);
    step("somebody else's order is refused", this::othersOrder);
    step(
        "no token is refused", () -> refused(401, "UNAUTHENTICATED", api.get("/api/orders", null)));
    step(
        "an unknown route is not found",
        () -> refused(404, "NOT_FOUND", api.get("/no-such-route", null)));
    return new Outcome(failed, skipped);
  }

  private void step(String name, Step step) {
    try {
      step.walk();
      out.accept("pass  " + name);
    } catch (NotTried skip) {
      skipped++;
      out.accept("skip  " + name + ": " + skip.getMessage());
    } catch (JourneyFailed failure) {
      failed++;
      out.accept("FAIL  " + name + ": " + failure.getMessage());
    }
  }

  private void signUp() {
    expect(201, api.post("/api/users", null, person(customer)));
    signedUp = customer;
  }

  private static Map<String, String> person(String email) {
    return Map.of("email", email, "name", "Check", "password", PASSWORD);
  }

  private String signedIn(String email) {
    return signIn.asUser(email, PASSWORD);
  }

  private void ownProfile() {
    var me = expect(200, api.get("/api/users/me", needed(token)));
    same(customer, me.json().path("email").asString(""));
  }

  private void place() {
    var body =
        Map.of(
            "currency", "EUR",
            "items",
                List.of(Map.of("sku", "TEA-1", "name", "Tea", "quantity", 2, "unitPrice", 1230)),
            "shippingAddress",
                Map.of(
                    "name", "Check",
                    "line1", "1 Gate Street",
                    "city", "Berlin",
                    "postalCode", "10115",
                    "country", "DE"));
    var answer = expect(201, api.post("/api/orders", needed(token), body));
    same("PLACED", answer.json().path("status").asString(""));
    same("2460", answer.json().path("total").asString(""));
    order = answer.json().path("id").asString("");
  }

  private void pay() {
    var body = Map.of("method", "card", "reference", "check-1");
    var answer = expect(200, api.post(orderPath() + "/payment", needed(token), body));
    same("PAID", answer.json().path("status").asString(""));
    paid = order;
  }

  private void auditTrail() {
    var path = "/api/orders/" + needed(paid);
    var items = expect(200, api.get(path + "/events", needed(token))).json().path("items");
    var types =
        StreamSupport.stream(items.spliterator(), false)
            .map(event -> event.path("type").asString(""))
            .toList();
    same("[OrderPlaced, OrderPaid]", types.toString());
    placedAt = items.path(0).path("at").asString("");
  }

  private void asOfBeforePayment() {
    var then = expect(200, api.get(orderPath() + "?asOf=" + needed(placedAt), needed(token)));
    same("PLACED", then.json().path("status").asString(""));
    var now = expect(200, api.get(orderPath(), needed(token)));
    same("PAID", now.json().path("status").asString(""));
  }

  private void verification() {
    var answer = expect(200, api.get(orderPath() + "/verification", needed(token)));
    same("true", answer.json().path("valid").asString(""));
  }

  private void othersOrder() {
    var path = orderPath();
    var stranger = "check-" + UUID.randomUUID() + "@example.com";
    expect(201, api.post("/api/users", null, person(stranger)));
    refused(403, "FORBIDDEN", api.get(path, signedIn(stranger)));
  }

  private String orderPath() {
    return "/api/orders/" + needed(order);
  }

  private static String needed(String earlier) {
    if (earlier.isEmpty()) {
      throw new NotTried();
    }
    return earlier;
  }

  /** A step that needs what an earlier one did not bring. */
  private static final class NotTried extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotTried() {
      super("not tried, because a step before failed");
    }
  }

  private static Answer expect(int status, Answer answer) {
    if (answer.status() != status) {
      throw new JourneyFailed("expected %d, got %s".formatted(status, answer.summary()));
    }
    return answer;
  }

  private static void refused(int status, String code, Answer answer) {
    expect(status, answer);
    same(code, answer.errorCode());
  }

  private static void same(String expected, String actual) {
    if (!expected.equals(actual)) {
      throw new JourneyFailed("expected %s, got %s".formatted(expected, actual));
    }
  }
}
