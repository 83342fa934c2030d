package io.gatehouse.users.accounts;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api;
import io.gatehouse.users.RunningService;
import io.gatehouse.users.accounts.UnitOfWork.Origin;
import io.gatehouse.users.accounts.UnitOfWork.Registration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Flux;

class SignUpRaceTest extends RunningService {
  @Autowired UnitOfWork unitOfWork;

  @Test
  void hundredSignUpsOfOneAddress_makeOneUser() {
    var email = newEmail();
    var body = Api.JSON.writeValueAsString(signUpBody(email));

    var calls =
        IntStream.range(0, 100)
            .mapToObj(_ -> anyone().sendAsync("POST", "/api/users", body))
            .toList();

    var statuses =
        calls.stream()
            .map(CompletableFuture::join)
            .collect(groupingBy(Api.Answer::status, counting()));
    assertThat(statuses).isEqualTo(Map.of(201, 1L, 409, 99L));
    assertThat(sql("select count(*) from users where email = '" + email + "'"))
        .containsExactly("1");
  }

  @Test
  void registrationsOfOneAddress_makeOneUser_alsoPastTheGate() {
    var email = newEmail();
    var registration = new Registration(email, "Name", List.of("USER"), "hash");

    var users =
        Flux.range(0, 40)
            .flatMap(
                i ->
                    unitOfWork
                        .register(
                            registration,
                            new Acting.Platform(),
                            new Origin("request-" + i, "en", null, null))
                        .onErrorComplete(),
                40)
            .collectList()
            .toFuture()
            .join();

    assertThat(users).hasSize(1);
    assertThat(
            sql(
                "select count(*) from user_events join users on user_id = id where email = '"
                    + email
                    + "'"))
        .containsExactly("1");
  }

  @Test
  void registration_isFinished_whenItsCallerGoesAway() {
    var email = newEmail();

    unitOfWork
        .register(
            new Registration(email, "Name", List.of("USER"), "hash"),
            new Acting.Platform(),
            new Origin(null, "en", null, null))
        .subscribe()
        .dispose();

    await()
        .untilAsserted(
            () ->
                assertThat(
                        sql(
                            "select count(*) from users join credentials on user_id = id"
                                + " join user_events using (user_id) where email = '"
                                + email
                                + "'"))
                    .containsExactly("1"));
  }
}
