package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a token costs of the database: the statements of one request, by their first words. */
class TokenStatementsTest extends AuthServerTest {
  private static final Pattern STATEMENT =
      Pattern.compile(
          "Executing (?:prepared )?SQL (?:statement|query|update) \\[\\s*(?=(\\w+))(?:.*?\\b)?"
              + "(?:from|into|update)\\s+(\\w+)",
          Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

  @Test
  void refresh_readsItsFamilyOnce_andWritesItOnce() {
    var tokens = tokens(USERS.account("USER"));

    assertThat(statementsOf(() -> refresh(tokens.refresh())))
        .containsExactly("select token_family", "update token_family");
  }

  @Test
  void redemption_readsItsFamilyOnce_andWritesItOnce() {
    var code = code(signedIn(USERS.account("USER")));

    assertThat(statementsOf(() -> redeem(code)))
        .containsExactly("select token_family", "update token_family");
  }

  @Test
  void clientCredentials_needNoStatement() {
    assertThat(statementsOf(this::serviceToken)).isEmpty();
  }

  @Test
  void browser_isNotedOnceAMinute() {
    var browser = signedIn(USERS.account("USER"));
    var cookie = browser.cookies().get("SESSION");
    var id = new String(Base64.getDecoder().decode(cookie), StandardCharsets.US_ASCII);

    noted(id, 600_000);
    var written = version(id);
    code(browser);
    assertThat(version(id)).as("noted a moment ago").isEqualTo(written);

    noted(id, -1_200_000);
    var older = version(id);
    code(browser);
    assertThat(version(id)).as("noted long ago").isNotEqualTo(older);
  }

  /** As if it had been so many milliseconds later. */
  private void noted(String session, int later) {
    jdbc.sql(
            "update spring_session set last_access_time = last_access_time + :later where session_id = :id")
        .param("later", later)
        .param("id", session)
        .update();
  }

  /** Which write made the session's row as it is. */
  private String version(String session) {
    return jdbc.sql("select ctid::text || xmin::text from spring_session where session_id = :id")
        .param("id", session)
        .query(String.class)
        .single();
  }

  private HttpResponse<String> serviceToken() {
    return program()
        .withBasic("demo-service", "demo-secret")
        .post("/oauth2/token", Map.of("grant_type", "client_credentials"));
  }

  /** Of the request's own thread: others follow revocations and keys meanwhile. */
  private static List<String> statementsOf(Supplier<HttpResponse<String>> request) {
    var log = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
    var seen =
        new ListAppender<ILoggingEvent>() {
          @Override
          protected void append(ILoggingEvent event) {
            // Else its thread is who asks for it first.
            event.prepareForDeferredProcessing();
            super.append(event);
          }
        };
    seen.start();
    log.addAppender(seen);
    log.setAdditive(false);
    log.setLevel(Level.DEBUG);
    try {
      assertThat(request.get().statusCode()).isEqualTo(200);
    } finally {
      log.setLevel(null);
      log.setAdditive(true);
      log.detachAppender(seen);
    }
    return List.copyOf(seen.list).stream()
        .filter(event -> event.getThreadName().startsWith("tomcat-handler"))
        .map(event -> STATEMENT.matcher(event.getFormattedMessage()))
        .filter(java.util.regex.Matcher::find)
        .map(found -> found.group(1) + " " + found.group(2))
        .toList();
  }
}
