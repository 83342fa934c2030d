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
        with(
            "sign in",
            SignIns.LOOK_UP,
            "'500@example.com'",
            "sha256('500@example.com')",
            "1000",
            "'browser 500'",
            "sha256('500@example.com browser')"),
        with(
            "let in",
            SignIns.LET_IN,
            "sha256('500@example.com')",
            NO_ID,
            "'hash'",
            "'browser 500'",
            "'new browser'",
            "true",
            "'192.0.2.1'",
            "'en'"),
        with(
            "signed in",
            KnownBrowsers.SIGNED_IN,
            NO_ID,
            "'browser 500'",
            "'new browser'",
            "true",
            "'192.0.2.1'",
            "'en'",
            "now()",
            "now()"),
        with("count failure", SignIns.COUNT_FAILURE, "sha256('500@example.com')", "1000", "10"),
        with("current hash", SignIns.HASH_OF, NO_ID),
        with("ask for a reset", PasswordResets.ASK, "'500@example.com'", "'en'"),
        with("link of a reset", PasswordResets.LINK, "sha256('1')"));
  }
}
