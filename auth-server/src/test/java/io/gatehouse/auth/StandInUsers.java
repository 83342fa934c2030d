package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** user-service as auth-server sees it. */
final class StandInUsers {
  static final String PASSWORD = "correct-horse-battery";

  final WireMockServer server = new WireMockServer(WireMockConfiguration.options().dynamicPort());
  private final List<String> revoked = new ArrayList<>();

  StandInUsers() {
    server.start();
    reset();
  }

  record Account(String id, String email) {}

  void reset() {
    server.resetAll();
    revoked.clear();
    server.stubFor(
        post(urlPathEqualTo("/internal/credentials/verification"))
            .atPriority(10)
            .willReturn(aResponse().withStatus(401)));
    server.stubFor(
        get(com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching("/internal/users/.*"))
            .atPriority(10)
            .willReturn(aResponse().withStatus(404)));
    answerRevocations();
  }

  /** A new user who can sign in with {@link #PASSWORD}. */
  Account account(String... roles) {
    var account = new Account(UUID.randomUUID().toString(), UUID.randomUUID() + "@example.com");
    server.stubFor(
        post(urlPathEqualTo("/internal/credentials/verification"))
            .withRequestBody(matchingJsonPath("$[?(@.email == '" + account.email() + "')]"))
            .withRequestBody(matchingJsonPath("$[?(@.password == '" + PASSWORD + "')]"))
            .willReturn(okJson(json(account, roles))));
    setRoles(account, roles);
    return account;
  }

  /** The same, whose own data user-service tells. */
  Account readableAccount() {
    var account = account("USER");
    server.stubFor(
        get(urlPathEqualTo("/api/users/" + account.id()))
            .willReturn(
                okJson(
                    """
                    {"id":"%s","email":"%s","name":"Ada","roles":["USER"],"version":1}
                    """
                        .formatted(account.id(), account.email()))));
    return account;
  }

  void setRoles(Account account, String... roles) {
    server.stubFor(
        get(urlPathEqualTo("/internal/users/" + account.id()))
            .willReturn(okJson(json(account, roles))));
    server.stubFor(
        post(urlPathEqualTo("/internal/users/" + account.id() + "/sign-ins"))
            .willReturn(okJson(json(account, roles))));
  }

  /** Its passkeys were added before its owner claimed it. */
  void refusePasskeys(Account account) {
    server.stubFor(
        post(urlPathEqualTo("/internal/users/" + account.id() + "/sign-ins"))
            .willReturn(aResponse().withStatus(404)));
  }

  void delete(Account account) {
    server.stubFor(
        get(urlPathEqualTo("/internal/users/" + account.id()))
            .willReturn(aResponse().withStatus(404)));
  }

  /** Every call fails from now on, as when the service is down behind its port. */
  void fail() {
    server.stubFor(any(anyUrl()).atPriority(1).willReturn(aResponse().withStatus(503)));
  }

  /** What a change of the password or a deletion leaves in the revocation set. */
  void revoke(Account account, Instant at, String exceptSid) {
    revoke(account, at, at.plusSeconds(960), exceptSid.isEmpty() ? "null" : '"' + exceptSid + '"');
  }

  /** One whose tokens have all expired: what a server finds that was away for long. */
  void revokeLongAgo(Account account, Instant at) {
    revoke(account, at, at.plusSeconds(1), "null");
  }

  private void revoke(Account account, Instant at, Instant until, String exceptSid) {
    add(
        """
        {"kind":"sub","value":"%s","at":"%s","exceptSid":%s,"until":"%s"}
        """
            .formatted(account.id(), at, exceptSid, until));
  }

  /** What the owner's reset leaves of an account that was not known to be theirs. */
  void claim(Account account, Instant at) {
    add(
        """
        {"kind":"sub","value":"%s","at":"%s","exceptSid":null,"until":"%s","ends":"everything"}
        """
            .formatted(account.id(), at, at.plusSeconds(960)));
  }

  /** What a change of the roles leaves: tokens end, sign-ins go on. */
  void changeRoles(Account account, Instant at, String... roles) {
    setRoles(account, roles);
    add(
        """
        {"kind":"sub","value":"%s","at":"%s","exceptSid":null,"until":"%s","ends":"tokens"}
        """
            .formatted(account.id(), at, at.plusSeconds(960)));
  }

  private void add(String entry) {
    revoked.add(entry);
    answerRevocations();
  }

  private void answerRevocations() {
    server.stubFor(
        get(urlPathEqualTo("/internal/revocations"))
            .willReturn(
                okJson(
                    """
                    {"asOf":"%s","entries":[%s]}
                    """
                        .formatted(Instant.now(), String.join(",", revoked)))));
  }

  private static String json(Account account, String... roles) {
    return """
    {"id":"%s","email":"%s","name":"Ada <b>Lovelace</b>","roles":["%s"],"emailVerified":true}
    """
        .formatted(account.id(), account.email(), String.join("\",\"", roles));
  }
}
