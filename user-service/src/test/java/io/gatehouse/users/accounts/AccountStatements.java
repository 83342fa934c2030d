package io.gatehouse.users.accounts;

import static io.gatehouse.users.Statement.NO_ID;
import static io.gatehouse.users.Statement.with;

import io.gatehouse.users.Statement;
import java.util.stream.Stream;

/** Every statement of accounts. */
public final class AccountStatements {
  private AccountStatements() {}

  public static Stream<Statement> all() {
    return Stream.of(
        with("by id", Users.BY_ID, NO_ID),
        with("by ids", Users.BY_IDS, "array[" + NO_ID + "," + NO_ID + "]"),
        with("by address", Users.BY_EMAIL, "'500@example.com'"),
        with("first page", Users.PAGE, "'00000000-0000-0000-0000-000000000000'::uuid", "21"),
        with("later page", Users.PAGE, NO_ID, "101"),
        with(
            "sign up",
            UnitOfWork.REGISTER,
            "'new@example.com'",
            "'Name'",
            "array['USER']",
            "'hash'",
            NO_ID,
            "null",
            "'en'",
            "true"),
        with("quiet sign up", QuietSignUps.ASK, "'500@example.com'", "'Name'", "'en'"),
        with("link of a sign-up", QuietSignUps.LINK, "sha256('1@example.com')"),
        with("finish a sign-up", QuietSignUps.FINISH, "sha256('1@example.com')", "'hash'", "null"),
        with(
            "change",
            Changes.CHANGE,
            NO_ID,
            "'new@example.com'",
            "'Name'",
            "null::text[]",
            "null::bigint[]",
            "'{}'::bigint[]",
            "null",
            "false",
            "1000",
            "null",
            "true",
            "true",
            "'en'",
            "false",
            "now()",
            "'sid'"),
        with(
            "change of one version by an ADMIN",
            Changes.CHANGE,
            NO_ID,
            "'new@example.com'",
            "'Name'",
            "null::text[]",
            "array[1::bigint]",
            "array[2::bigint]",
            NO_ID,
            "true",
            "1000",
            "null",
            "false",
            "true",
            "'en'",
            "true",
            "null",
            "null"),
        with(
            "why a change was refused",
            Changes.ADDRESS,
            NO_ID,
            "'500@example.com'",
            "null::bigint[]",
            "'{}'::bigint[]"),
        with("link to an address", AddressLinks.OWNER, "sha256('1')"),
        with("confirm an address", AddressLinks.CONFIRM, "sha256('1')", "null", NO_ID),
        with("changes that are over", AddressLinks.EXPIRED),
        with("end a change of address", AddressLinks.EXPIRE, NO_ID),
        with(
            "reset of password",
            PasswordWrites.RESET,
            NO_ID,
            "'hash'",
            "'new hash'",
            "null",
            "1000",
            "null",
            "sha256('1')"),
        with(
            "change of password",
            PasswordWrites.CHANGE,
            NO_ID,
            "'hash'",
            "'new hash'",
            "null",
            "1000",
            "null",
            NO_ID,
            "array[1::bigint]",
            "'{}'::bigint[]",
            "now()",
            "'sid'"),
        with(
            "delete",
            UnitOfWork.DELETE,
            NO_ID,
            "null::bigint[]",
            "'{}'::bigint[]",
            NO_ID,
            "true",
            "1000",
            "null",
            "now()",
            "'sid'"),
        with("reason", UnitOfWork.REASON, NO_ID, NO_ID, "now()", "'sid'"),
        with("seeded", SeededAccounts.SEEDED, "'500@example.com'"),
        with(
            "seed", SeededAccounts.MAKE, "'new@example.com'", "'Name'", "array['USER']", "'hash'"));
  }
}
