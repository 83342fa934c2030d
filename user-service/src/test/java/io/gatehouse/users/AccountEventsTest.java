package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the security log tells of accounts. */
class AccountEventsTest extends RunningService {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("security");
  private static final String AT = "192.0.2.7";

  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  @BeforeEach
  void listen() {
    events.start();
    LOG.addAppender(events);
  }

  @AfterEach
  void leave() {
    LOG.detachAppender(events);
  }

  @Test
  void signUp_isTold_withTheNewUserAndTheAddressItCameFrom() {
    var id =
        anyone()
            .post("/api/users", signUpBody(newEmail()), "X-Forwarded-For", AT)
            .is(201)
            .text("/id");

    assertThat(told("signed-up", id)).containsEntry("outcome", "ALLOWED").containsEntry("ip", AT);
    assertThat(of(id)).hasSize(1);
  }

  @Test
  void accountMadeAsAnAdmins_isTold_asItsRolesAre() {
    var body = new HashMap<String, Object>(signUpBody(newEmail()));
    body.put("roles", List.of("USER", "ADMIN"));

    var id = asAdmin().post("/api/users", body).is(201).text("/id");

    assertThat(told("roles-changed", id)).containsKey("client");
  }

  @Test
  void rolesAndAddressGivenByAnAdmin_areTold_withClientAndAddress_andANewNameIsNot() {
    var id = signedUp();
    var admin = asAdmin();
    put(admin, id, Map.of("email", newEmail(), "name", "Other Name", "roles", List.of("USER")));
    put(admin, id, body(id, "Other Name", "USER", "ADMIN"));
    put(admin, id, body(id, "Another Name", "USER", "ADMIN"));

    assertThat(told("address-changed", id)).containsEntry("ip", AT).containsKey("client");
    assertThat(told("roles-changed", id)).containsEntry("ip", AT).containsKey("client");
    assertThat(of(id)).hasSize(3);
  }

  @Test
  void refusedChange_isNotTold() {
    var id = signedUp();

    put(asAdmin(), id, Map.of("email", "root@example.com", "name", "N", "roles", List.of("ADMIN")))
        .isError(409, "ALREADY_EXISTS");

    assertThat(of(id)).hasSize(1);
  }

  @Test
  void deletion_isTold() {
    var id = signedUp();

    asUser(id).delete("/api/users/" + id).is(204);

    assertThat(told("user-deleted", id)).containsEntry("outcome", "ALLOWED");
  }

  private Map<String, ?> body(String id, String name, String... roles) {
    var email = asAdmin().get("/api/users/" + id).is(200).text("/email");
    return Map.of("email", email, "name", name, "roles", List.of(roles));
  }

  private static Api.Answer put(Api caller, String id, Map<String, ?> body) {
    return caller.put("/api/users/" + id, body, "X-Forwarded-For", AT);
  }

  /** The one event of this name, of this account. */
  private Map<String, String> told(String event, String id) {
    var named = of(id).stream().filter(fields -> event.equals(fields.get("event"))).toList();
    assertThat(named).as(event).hasSize(1);
    return named.getFirst();
  }

  private List<Map<String, String>> of(String id) {
    return List.copyOf(events.list).stream()
        .map(AccountEventsTest::fields)
        .filter(fields -> id.equals(fields.get("subject")))
        .toList();
  }

  private static Map<String, String> fields(ILoggingEvent event) {
    var fields = new HashMap<String, String>();
    for (var pair : event.getKeyValuePairs()) {
      if (pair.value != null) {
        fields.put(pair.key, pair.value.toString());
      }
    }
    return fields;
  }
}
