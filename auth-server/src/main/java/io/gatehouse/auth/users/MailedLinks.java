package io.gatehouse.auth.users;

import io.gatehouse.defaults.web.ErrorBody;
import io.gatehouse.defaults.web.ErrorBody.Problem;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** What people do by mail: user-service sends the links and knows them again. */
@Component
public class MailedLinks {
  private final UserService users;

  MailedLinks(UserService users) {
    this.users = users;
  }

  private record Forgotten(String email) {}

  private record NewPassword(String link, String password, @Nullable String ip) {
    @Override
    public String toString() {
      return "NewPassword[withheld]";
    }
  }

  private record FollowedLink(String link, @Nullable String ip) {
    @Override
    public String toString() {
      return "FollowedLink[withheld]";
    }
  }

  /** What came of a form. */
  public sealed interface Answer {
    record Done() implements Answer {}

    /** Fields that break a rule. */
    record Refused(List<Problem> problems) implements Answer {}

    /** The link was used, is too old or none of ours. */
    record NotValid() implements Answer {}
  }

  /**
   * Has a link sent to the address, if it is anybody's; nobody is told.
   *
   * @throws UserServiceUnavailable when there is no answer, or no mail
   */
  public Answer askForReset(String email) {
    return post("/api/users/password-reset", new Forgotten(email));
  }

  /**
   * Sets a password by a link.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Answer reset(String link, String password, @Nullable String ip) {
    return post("/internal/password-resets", new NewPassword(link, password, ip));
  }

  /**
   * Makes the account that the link was sent for.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Answer finishSignUp(String link, String password, @Nullable String ip) {
    return post("/internal/sign-ups", new NewPassword(link, password, ip));
  }

  /**
   * Confirms the address that a link was sent to.
   *
   * @param signedIn whom the browser is signed in as; null when nobody is
   * @throws UserServiceUnavailable when there is no answer
   */
  public Answer confirm(String link, @Nullable SignedInUser signedIn, @Nullable String ip) {
    return post(
        "/internal/address-confirmations",
        new FollowedLink(link, ip),
        headers -> {
          if (signedIn != null) {
            headers.set("Gatehouse-Signed-In", signedIn.id());
          }
        });
  }

  private Answer post(String path, Object body) {
    return post(path, body, _ -> {});
  }

  private Answer post(String path, Object body, Consumer<HttpHeaders> more) {
    return users.answered(
        () ->
            users
                .post(path)
                .headers(more)
                .body(body)
                .exchange(
                    (_, response) ->
                        switch (response.getStatusCode().value()) {
                          case 200, 202, 204 -> new Answer.Done();
                          case 400 -> {
                            var refused = response.bodyTo(ErrorBody.class);
                            yield new Answer.Refused(
                                refused == null ? List.of() : refused.error().details());
                          }
                          case 409, 422 -> new Answer.NotValid();
                          default -> throw response.createException();
                        }));
  }
}
