package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.gatehouse.auth.StandInUsers.Account;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextImpl;

/** A person with an account, in front of its pages. */
abstract class AccountPagesTest extends AuthServerTest {
  static final String NAME = "Ada \"><img src=x onerror=alert(1)>";

  static Account account() {
    var account = USERS.account("USER");
    read(account, "");
    return account;
  }

  static void read(Account account, String more) {
    USERS.server.stubFor(
        get(urlPathEqualTo("/api/users/" + account.id()))
            .willReturn(
                okJson(
                    """
                    {"id":"%s","email":"%s","name":%s,"roles":["USER"],"version":7%s}
                    """
                        .formatted(account.id(), account.email(), quoted(NAME), more))));
  }

  static String quoted(String text) {
    return JSON.writeValueAsString(text);
  }

  static com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder refusal(
      int status, String code, String details) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/json")
        .withBody(
            """
            {"error":{"code":"%s","message":"x","details":[%s],"requestId":"x"}}
            """
                .formatted(code, details));
  }

  static List<LoggedRequest> changes() {
    return USERS.server.findAll(anyRequestedFor(urlPathMatching("/api/users/.*"))).stream()
        .filter(call -> !call.getMethod().equals(RequestMethod.GET))
        .toList();
  }

  static void assertNothingChanged() {
    assertThat(changes()).isEmpty();
  }

  static Document page(HttpResponse<String> answer) {
    return Jsoup.parse(answer.body());
  }

  /** As if the person had signed in so long ago. */
  void age(Account account, Duration age) {
    var user =
        new SignedInUser(
            account.id(), "Ada", SignInIds.at(Instant.now().minus(age)), SignedInUser.BY_PASSWORD);
    var context =
        new SecurityContextImpl(
            UsernamePasswordAuthenticationToken.authenticated(user, null, List.of()));
    var bytes = new ByteArrayOutputStream();
    try (var stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(context);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    var aged =
        jdbc.sql(
                """
                update spring_session_attributes set attribute_bytes = :context
                where attribute_name = 'SPRING_SECURITY_CONTEXT' and session_primary_id in
                  (select primary_id from spring_session where principal_name = :user)
                """)
            .param("context", bytes.toByteArray())
            .param("user", account.id())
            .update();
    assertThat(aged).isEqualTo(1);
  }
}
