package io.gatehouse.auth.users;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.gatehouse.defaults.web.ErrorBody;
import io.gatehouse.defaults.web.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient.RequestHeadersSpec.ConvertibleClientHttpResponse;

/** What a person does with the own account, by user-service's API and with the own rights. */
@Component
public class OwnAccount {
  private static final String USER = "/api/users/{id}";
  private static final Set<Integer> REFUSALS = Set.of(400, 404, 409, 412, 422);

  private final UserService service;
  private final OwnTokens tokens;

  OwnAccount(UserService service, OwnTokens tokens) {
    this.service = service;
    this.tokens = tokens;
  }

  /**
   * The account as user-service tells it.
   *
   * @param pendingEmail the address that waits for its owner to follow a link; null for none
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Account(String email, String name, @Nullable String pendingEmail, long version) {}

  /** What can be changed without a password. */
  public record Details(String email, String name) {}

  private record NewPassword(String current, @JsonProperty("new") String replacement) {}

  /** What came of a change. */
  public sealed interface Outcome {
    record Done() implements Outcome {}

    /** {@code code} is the error body's. */
    record Refused(String code, List<ErrorBody.Problem> problems) implements Outcome {}
  }

  /**
   * The account as of now; empty once deleted.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Optional<Account> read(SignedInUser user) {
    return service.answered(
        calls ->
            calls
                .get()
                .uri(USER, user.id())
                .headers(headers -> identify(headers, user))
                .exchange(
                    (_, response) ->
                        switch (response.getStatusCode().value()) {
                          case 200 -> Optional.ofNullable(response.bodyTo(Account.class));
                          case 404 -> Optional.empty();
                          default -> throw response.createException();
                        }));
  }

  /**
   * Changes name or address, whatever else is changed meanwhile.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Outcome change(SignedInUser user, UnaryOperator<Details> change) {
    var outcome = changeOnce(user, change);
    return outcome instanceof Outcome.Refused refused
            && refused.code().equals(ErrorCode.VERSION_MISMATCH.name())
        ? changeOnce(user, change)
        : outcome;
  }

  private Outcome changeOnce(SignedInUser user, UnaryOperator<Details> change) {
    var account = read(user);
    if (account.isEmpty()) {
      return new Outcome.Refused(ErrorCode.NOT_FOUND.name(), List.of());
    }
    var found = account.get();
    var body = change.apply(new Details(found.email(), found.name()));
    return send(HttpMethod.PUT, USER, user, body, "\"" + found.version() + "\"");
  }

  /**
   * Replaces the password, which ends all sign-ins.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Outcome changePassword(SignedInUser user, String current, String replacement) {
    var body = new NewPassword(current, replacement);
    return send(HttpMethod.PUT, USER + "/password", user, body, null);
  }

  /**
   * Deletes the account. Of one that is gone already it is done, too.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Outcome delete(SignedInUser user) {
    var outcome = send(HttpMethod.DELETE, USER, user, null, null);
    return outcome instanceof Outcome.Refused refused
            && refused.code().equals(ErrorCode.NOT_FOUND.name())
        ? new Outcome.Done()
        : outcome;
  }

  private Outcome send(
      HttpMethod method,
      String uri,
      SignedInUser user,
      @Nullable Object body,
      @Nullable String version) {
    return service.answered(
        calls -> {
          var call =
              calls.method(method).uri(uri, user.id()).headers(headers -> identify(headers, user));
          if (version != null) {
            call.header(HttpHeaders.IF_MATCH, version);
          }
          if (body != null) {
            call.contentType(MediaType.APPLICATION_JSON).body(body);
          }
          return call.exchange((_, response) -> outcome(response));
        });
  }

  private static Outcome outcome(ConvertibleClientHttpResponse response)
      throws java.io.IOException {
    var status = response.getStatusCode();
    if (status.is2xxSuccessful()) {
      return new Outcome.Done();
    }
    var body = REFUSALS.contains(status.value()) ? response.bodyTo(ErrorBody.class) : null;
    if (body == null) {
      throw response.createException();
    }
    return new Outcome.Refused(body.error().code(), body.error().details());
  }

  private void identify(HttpHeaders headers, SignedInUser user) {
    UserService.identify(headers, tokens.ofPerson(user));
  }
}
