package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatehouse.auth.clients.ManagedClients;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Every statement that the server makes, as it makes it, finds its rows by an index: none reads a
 * table whole that grows with use.
 */
class StatementsTest extends AuthServerTest {
  private static final Pattern STATEMENT =
      Pattern.compile(
          "Executing (?:prepared )?SQL (?:statement|query|update) \\[(.*)]", Pattern.DOTALL);
  private static final Pattern SCAN =
      Pattern.compile(
          "Seq Scan on (token_family|passkey|answered_challenge|revocation|consent|spring_session\\w*)");
  private static final Pattern WITHOUT_CONDITION =
      Pattern.compile(
          "Index (?:Only )?Scan[^\n]* on (?:token_family|passkey|answered_challenge|revocation|consent|spring_\\w+)[^\n]*\n(?! *Index Cond)");

  private static final Pattern PLACE = Pattern.compile("\\?");

  @Autowired Housekeeping housekeeping;
  @Autowired ManagedClients managedClients;
  @Autowired TransactionTemplate transaction;

  @Test
  void everyStatement_findsItsRowsByAnIndex() {
    var statements = statementsOf(this::useEverything);

    assertThat(statements).hasSizeGreaterThan(20);
    var wrong = new LinkedHashMap<String, String>();
    for (var statement : statements) {
      var plan = plan(statement);
      if (SCAN.matcher(plan).find() || WITHOUT_CONDITION.matcher(plan).find()) {
        wrong.put(statement, plan);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private void useEverything() {
    var ada = USERS.account("USER");
    var browser = signedIn(ada);
    var tokens = Tokens.of(redeem(code(browser)));
    signIns(browser);
    refresh(tokens.refresh());
    isActive(tokens.access());
    revocations();
    program().with("Authorization", "Bearer " + tokens.access()).get("/userinfo");
    program().post("/oauth2/revoke", Map.of("client_id", "console", "token", tokens.access()));
    program().post("/oauth2/revoke", Map.of("client_id", "console", "token", tokens.refresh()));
    browser.get("/account/sign-ins");
    browser.submit("/account/sign-ins", "/account/sign-ins", Map.of("sid", "others"));
    passkeys(browser);
    third(browser);
    device(browser);
    browser.get("/connect/logout?id_token_hint=" + tokens.id());
    signedIn(ada).submit("/logout", "/logout", Map.of());
    signedIn(ada);
    USERS.claim(ada, Instant.now());
    await().atMost(Duration.ofSeconds(30)).until(() -> isRevoked("sub", ada.id()));
    new ApiCaller(port, tokens(USERS.account("ADMIN")).access())
        .delete("/api/users/" + ada.id() + "/sign-ins");
    clients();
    housekeeping.removeExpired();
  }

  private void signIns(Browser browser) {
    for (var path : List.of("/api/me/sign-ins/", "/api/me/sign-ins")) {
      var request = authorizationRequest();
      request.put("scope", "openid users.read users.write");
      var code = Browser.parameter(Browser.location(browser.get(authorize(request))), "code");
      var tokens = Tokens.of(redeem(Objects.requireNonNull(code)));
      var caller = program().with("Authorization", "Bearer " + tokens.access());
      caller.get("/api/me/sign-ins");
      caller.send("DELETE", path.endsWith("/") ? path + UUID.randomUUID() : path);
    }
  }

  private void clients() {
    var admin = new ApiCaller(port, tokens(USERS.account("ADMIN")).access());
    var body = "{\"name\":\"x\",\"grants\":[\"client_credentials\"]}";
    var path = admin.post("/api/clients", body).headers().firstValue("Location").orElseThrow();
    admin.get("/api/clients");
    admin.put(path, body);
    admin.post(path + "/secret", null);
    admin.delete(path);
    managedClients.removeDeleted();
  }

  private void passkeys(Browser browser) {
    var device = new SoftAuthenticator();
    var page = "/account/passkeys?add";
    var asked = PasskeyPagesTest.options(browser.get(page), "#add-passkey");
    var form = Map.of("name", "x", "credential", device.create(asked));
    browser.submit(page, "/account/passkeys", form);
    var other = browser();
    var credential = device.use(PasskeyPagesTest.options(other.get("/login"), "#use-passkey"));
    other.submit("/login", "/login/passkey", Map.of("credential", credential));
    browser.submit(page, "/account/passkeys", Map.of("remove", UUID.randomUUID().toString()));
  }

  private static void third(Browser browser) {
    for (var allowed : List.of(Map.<String, String>of(), Map.of("scope", "orders.read"))) {
      var consent = Browser.location(browser.get(authorize(ThirdPartyTest.shopRequest())));
      browser.get(consent);
      ThirdPartyTest.answer(browser, consent, allowed);
      ThirdPartyTest.answer(browser, consent, allowed);
    }
  }

  private void device(Browser browser) {
    var form = Map.of("client_id", "cli", "scope", "openid");
    var device = JSON.readTree(program().post("/oauth2/device_authorization", form).body());
    var poll =
        Map.of(
            "grant_type", "urn:ietf:params:oauth:grant-type:device_code",
            "client_id", "cli",
            "device_code", device.path("device_code").asString(""));
    token(poll);
    var code = device.path("user_code").asString("");
    browser.submit(
        "/activate?user_code=" + code, "/activate", Map.of("user_code", code, "decision", "allow"));
    token(poll);
  }

  /** What goes to the database meanwhile. Inserts of single rows look for none. */
  private static Set<String> statementsOf(Runnable work) {
    var log = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
    var seen = new ListAppender<ILoggingEvent>();
    seen.start();
    log.addAppender(seen);
    log.setAdditive(false);
    log.setLevel(Level.DEBUG);
    try {
      work.run();
    } finally {
      log.setLevel(null);
      log.setAdditive(true);
      log.detachAppender(seen);
    }
    return List.copyOf(seen.list).stream()
        .map(event -> STATEMENT.matcher(event.getFormattedMessage()))
        .filter(java.util.regex.Matcher::find)
        .map(found -> found.group(1).strip())
        .filter(sql -> !sql.toLowerCase(java.util.Locale.ROOT).startsWith("insert"))
        .filter(sql -> !sql.contains("advisory"))
        .collect(Collectors.toSet());
  }

  /**
   * The plan for any values. Tables are small here: reading one whole is forbidden where there is
   * any other way.
   */
  private String plan(String statement) {
    int[] number = {0};
    var numbered = PLACE.matcher(statement).replaceAll(_ -> "\\$" + ++number[0]);
    var nulls = String.join(",", Collections.nCopies(number[0], "null"));
    return Objects.requireNonNull(
        transaction.execute(
            _ -> {
              jdbc.sql("set local enable_seqscan = off").update();
              jdbc.sql("set local plan_cache_mode = force_generic_plan").update();
              jdbc.sql("prepare planned as " + numbered).update();
              var plan =
                  jdbc.sql(
                          "explain (costs off) execute planned"
                              + (nulls.isEmpty() ? "" : "(" + nulls + ")"))
                      .query(String.class)
                      .list();
              jdbc.sql("deallocate planned").update();
              return String.join("\n", plan);
            }));
  }
}
