package io.gatehouse.users.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api;
import io.gatehouse.users.RunningService;
import io.gatehouse.users.published.Feed.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FeedTest extends RunningService {
  private static final UUID GOLDEN_ID = UUID.fromString("0199aabb-ccdd-7eee-8fff-001122334455");

  @Test
  void feed_tellsEverythingInOrder_withoutPersonalData() {
    var start = end();
    var email = newEmail();
    var id = signedUp(email);
    asUser(id).put("/api/users/" + id, Map.of("email", email, "name", "Other")).is(200);
    asUser(id).delete("/api/users/" + id).is(204);

    settle();
    var page = asService().get("/feed?limit=2&after=" + start).is(200).json();
    assertThat(types(page)).containsExactly("UserRegistered", "UserChanged");
    assertThat(page.at("/items/0").propertyNames())
        .containsExactly("position", "type", "userId", "version", "at");
    assertThat(page.at("/items/0/userId").asString()).isEqualTo(id);
    assertThat(page.at("/next")).isEqualTo(page.at("/items/1/position"));

    var rest = asService().get("/feed?after=" + page.at("/next").asString()).is(200).json();
    assertThat(types(rest)).containsExactly("UserDeleted");
    assertThat(rest.toString()).doesNotContain(email);

    var empty = asService().get("/feed?after=" + rest.at("/next").asString()).is(200).json();
    assertThat(empty.at("/items").size()).isZero();
    assertThat(empty.at("/next")).isEqualTo(rest.at("/next"));
  }

  @Test
  void feed_holdsBackWhatIsLaterThanARunningTransaction_soThatNothingIsSkipped()
      throws SQLException {
    var start = end();
    var late = UUID.randomUUID();
    try (var connection = connection()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute(
            "insert into user_events (type, user_id, version) values ('UserChanged', '"
                + late
                + "', 2)");
      }
      var early = signedUp();

      assertThat(userIds(start)).isEmpty();
      connection.commit();
      settle();
      assertThat(userIds(start)).containsExactly(late.toString(), early);
    }
  }

  @Test
  void feed_refusesAPosition_thatItNeverCameTo() throws SQLException {
    var id = signedUp();
    settle();
    var last = end();
    var ahead = Long.parseLong(last.substring(0, last.indexOf('.'))) + 1_000_000;
    asService().get("/feed?after=" + ahead + ".1").isError(409, "RESUME_POINT_UNKNOWN");
    asService().get("/feed?after=" + last).is(200);

    // As if a promoted standby had not had that event, and wrote another in its place.
    sql("update user_events set timeline = 2 where user_id = '" + id + "' returning 1");

    asService().get("/feed?after=" + last).isError(409, "RESUME_POINT_UNKNOWN");
    asService().get("/feed?after=" + last + "-2").is(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"after=x", "after=1", "after=1.1.1", "after=-1.1", "limit=1001", "x=1"})
  void feed_refusesBrokenParameters(String query) {
    asService().get("/feed?" + query).isError(400, "VALIDATION_ERROR");
  }

  @ParameterizedTest
  @CsvSource({
    "UserRegistered, user-registered.json, 1",
    "UserChanged, user-changed.json, 2",
    "PasswordChanged, password-changed.json, 2",
    "UserDeleted, user-deleted.json, 3"
  })
  void item_isWhatConsumersWereBuiltFor(String type, String golden, long version)
      throws IOException {
    var item = new Item("745.12", type, GOLDEN_ID, version, "2026-11-22T10:00:00.000001Z");

    try (var file = getClass().getResourceAsStream("/golden/" + golden)) {
      assertThat(Api.JSON.readTree(Api.JSON.writeValueAsString(item)))
          .isEqualTo(Api.JSON.readTree(new String(file.readAllBytes(), StandardCharsets.UTF_8)));
    }
  }

  /** Waits out transactions of the server's own, such as those of autovacuum. */
  private static void settle() {
    await()
        .until(
            () ->
                sql("select pg_snapshot_xmin(s) = pg_snapshot_xmax(s) from pg_current_snapshot() s")
                    .equals(List.of("t")));
  }

  private String end() {
    settle();
    var next = "0.0";
    while (true) {
      var page = asService().get("/feed?limit=1000&after=" + next).is(200).json();
      next = page.at("/next").asString();
      if (page.at("/items").isEmpty()) {
        return next;
      }
    }
  }

  private List<String> userIds(String after) {
    return texts(asService().get("/feed?after=" + after).is(200).json(), "userId");
  }

  private static List<String> types(JsonNode page) {
    return texts(page, "type");
  }

  private static List<String> texts(JsonNode page, String field) {
    var texts = new ArrayList<String>();
    page.at("/items").forEach(item -> texts.add(item.at("/" + field).asString()));
    return texts;
  }
}
