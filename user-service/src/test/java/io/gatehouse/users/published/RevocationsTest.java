package io.gatehouse.users.published;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.users.RunningService;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

class RevocationsTest extends RunningService {
  @Autowired Housekeeping housekeeping;

  @Test
  void passwordChange_endsTheOtherSignIns_butNotTheCallersOwn() {
    var id = signedUp();
    var sid = UUID.randomUUID().toString();
    var caller = as(TOKENS.token(claims -> claims.subject(id).claim("sid", sid)));

    caller
        .put(
            "/api/users/" + id + "/password", Map.of("current", PASSWORD, "new", "another-battery"))
        .is(204);

    var entry = entriesOf(id).getFirst();
    assertThat(entry.propertyNames())
        .containsExactly("kind", "value", "at", "exceptSid", "until", "ends");
    assertThat(entry.at("/ends").asString()).isEqualTo("sign-ins");
    assertThat(entry.at("/kind").asString()).isEqualTo("sub");
    assertThat(entry.at("/exceptSid").asString()).isEqualTo(sid);
    assertThat(Duration.between(time(entry, "/at"), time(entry, "/until")))
        .isEqualTo(Duration.ofMinutes(15).plusSeconds(5));
  }

  @Test
  void adminsReset_endsEverySignInOfTheUser() {
    var id = signedUp();

    asAdmin().put("/api/users/" + id + "/password", Map.of("new", "another-battery")).is(204);

    assertThat(entriesOf(id).getFirst().at("/exceptSid").isNull()).isTrue();
  }

  @Test
  void deletion_endsEverySignInOfTheUser() {
    var id = signedUp();

    asUser(id).delete("/api/users/" + id).is(204);

    assertThat(entriesOf(id)).hasSize(1);
    assertThat(entriesOf(id).getFirst().at("/exceptSid").isNull()).isTrue();
  }

  @Test
  void refusedChange_endsNothing() {
    var id = signedUp();

    asUser(id)
        .put("/api/users/" + id + "/password", Map.of("current", "wrong", "new", "another-battery"))
        .isError(422, "WRONG_PASSWORD");

    assertThat(entriesOf(id)).isEmpty();
  }

  @Test
  void since_givesWhatWasAddedFromThenOn_andTheTimeToAskFromNext() {
    var first = signedUp();
    asUser(first).delete("/api/users/" + first).is(204);
    var asOf = asService().get("/internal/revocations").is(200).text("/asOf");
    var second = signedUp();
    asUser(second).delete("/api/users/" + second).is(204);

    var added = asService().get("/internal/revocations?since=" + asOf).is(200).json();

    assertThat(values(added)).contains(second).doesNotContain(first);
    assertThat(added.at("/asOf").asString()).isGreaterThan(asOf);
    asService().get("/internal/revocations?since=yesterday").isError(400, "VALIDATION_ERROR");
  }

  @Test
  void changeOfRoles_endsTheTokensThatHaveTheOldOnes_andNothingElse() {
    var id = signedUp();
    var body = Map.of("email", newEmail(), "name", "Grace", "roles", List.of("ADMIN", "USER"));

    asAdmin().put("/api/users/" + id, body).is(200);
    asAdmin().put("/api/users/" + id, body).is(200);
    asUser(id).put("/api/users/" + id, Map.of("email", newEmail(), "name", "Hopper")).is(200);

    var entries = entriesOf(id);
    assertThat(entries).hasSize(1);
    assertThat(entries.getFirst().at("/ends").asString()).isEqualTo("tokens");
    assertThat(entries.getFirst().at("/exceptSid").isNull()).isTrue();
  }

  @Test
  void entry_isLiveUntilTheLastTokenItHitsHasExpired_andKeptForAReaderThatWasAway() {
    var id = signedUp();
    asUser(id).delete("/api/users/" + id).is(204);
    execute(
        "update revocations set until = now() - interval '2 minutes' where user_id = '" + id + "'");

    assertThat(entriesOf(id)).isEmpty();
    housekeeping.cleanUp().toFuture().join();
    var since = "/internal/revocations?since=2026-01-01T00:00:00Z";
    assertThat(values(asService().get(since).is(200).json())).contains(id);

    execute("update revocations set at = now() - interval '41 days' where user_id = '" + id + "'");
    housekeeping.cleanUp().toFuture().join();
    assertThat(sql("select id from revocations where user_id = '" + id + "'")).isEmpty();
  }

  @Test
  void housekeeping_removesAll_thatHasRunOut() {
    execute(
        "insert into sign_in_failures select sha256(i::text::bytea), 1, now() - interval '2 hours'"
            + " from generate_series(1, 2500) i");

    housekeeping.cleanUp().toFuture().join();

    assertThat(sql("select 1 from sign_in_failures where last_failure < now() - interval '1 hour'"))
        .isEmpty();
  }

  private List<JsonNode> entriesOf(String id) {
    var live = asService().get("/internal/revocations").is(200).json();
    return StreamSupport.stream(live.at("/entries").spliterator(), false)
        .filter(entry -> entry.at("/value").asString().equals(id))
        .toList();
  }

  private static List<String> values(JsonNode live) {
    return StreamSupport.stream(live.at("/entries").spliterator(), false)
        .map(entry -> entry.at("/value").asString())
        .toList();
  }

  private static Instant time(JsonNode entry, String field) {
    return Instant.parse(entry.at(field).asString());
  }
}
