package io.gatehouse.users.signins;

import static io.gatehouse.users.Statement.NO_ID;
import static io.gatehouse.users.Statement.with;

import io.gatehouse.users.Statement;
import java.util.stream.Stream;

/** Every statement of sign-ins. */
public final class SignInStatements {
  private SignInStatements() {}

  public static Stream<Statement> all() {
    return Stream.of(
        with("sign in", SignIns.LOOK_UP, "'500@example.com'", "sha256('500@example.com')", "1000"),
        with("let in", SignIns.LET_IN, "sha256('500@example.com')", NO_ID, "'hash'"),
        with("count failure", SignIns.COUNT_FAILURE, "sha256('500@example.com')", "1000", "10"),
        with("current hash", SignIns.HASH_OF, NO_ID));
  }
}
