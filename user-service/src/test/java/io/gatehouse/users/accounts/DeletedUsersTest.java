package io.gatehouse.users.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.users.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.DefaultApplicationArguments;

class DeletedUsersTest extends RunningService {
  @Autowired UnitOfWork unitOfWork;

  @Test
  void usersBroughtBackByARestore_areDeletedAgain_andToldOnce() {
    var back = signedUp(newEmail());
    var other = signedUp(newEmail());
    var neverThere = UUID.randomUUID();

    start(UUID.fromString(back), neverThere);
    start(UUID.fromString(back), neverThere);

    asAdmin().get("/api/users/" + back).isError(404, "NOT_FOUND");
    asAdmin().get("/api/users/" + other).is(200);
    assertThat(
            sql(
                "select user_id::text from user_events where type = 'UserDeleted' and user_id in ('"
                    + back
                    + "', '"
                    + neverThere
                    + "')"))
        .containsExactly(back);
  }

  private void start(UUID... ids) {
    var properties = new UserProperties(Duration.ofMinutes(15), null, null, false, List.of(ids));
    new DeletedUsers(unitOfWork, properties).run(new DefaultApplicationArguments());
  }
}
