package io.gatehouse.users.accounts;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.users.accounts.UnitOfWork.Origin;
import io.gatehouse.users.accounts.UnitOfWork.Registration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Makes users. Of several sign-ups with one address only one is hashed at a time in this process,
 * as hashing is what costs; who wins is PostgreSQL's to say.
 */
@Component
public class SignUps {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final Users users;
  private final Passwords passwords;
  private final UnitOfWork unitOfWork;

  /** At most as many as requests are being served. */
  private final ConcurrentHashMap<String, Sinks.Empty<Void>> underway = new ConcurrentHashMap<>();

  SignUps(Users users, Passwords passwords, UnitOfWork unitOfWork) {
    this.users = users;
    this.passwords = passwords;
    this.unitOfWork = unitOfWork;
  }

  /** Somebody who wants to be a user; the address is in its one form. */
  public record Applicant(String email, String name, String password, List<String> roles) {
    @Override
    public String toString() {
      return "Applicant[withheld]";
    }
  }

  /**
   * The new user.
   *
   * @param acting an ADMIN when there are roles to give
   * @throws ApiException ALREADY_EXISTS when the address is taken
   */
  public Mono<User> signUp(Applicant applicant, Acting acting, Origin origin) {
    return turn(applicant, acting, origin)
        .timeout(PATIENCE)
        .onErrorMap(
            TimeoutException.class, late -> ApiException.of(ErrorCode.SERVICE_UNAVAILABLE, late));
  }

  private Mono<User> turn(Applicant applicant, Acting acting, Origin origin) {
    return Mono.defer(
        () -> {
          var mine = Sinks.<Void>empty();
          var other = underway.putIfAbsent(applicant.email(), mine);
          if (other != null) {
            return other.asMono().then(turn(applicant, acting, origin));
          }
          return register(applicant, acting, origin)
              .doFinally(
                  _ -> {
                    underway.remove(applicant.email(), mine);
                    mine.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
                  });
        });
  }

  private Mono<User> register(Applicant applicant, Acting acting, Origin origin) {
    return users
        .withEmail(applicant.email())
        .flatMap(
            _ -> Mono.<User>error(ApiException.of(ErrorCode.ALREADY_EXISTS, "This email is taken")))
        .switchIfEmpty(
            Mono.defer(() -> passwords.hash(applicant.password()))
                .map(
                    hash ->
                        new Registration(
                            applicant.email(), applicant.name(), applicant.roles(), hash))
                .flatMap(registration -> unitOfWork.register(registration, acting, origin)));
  }
}
