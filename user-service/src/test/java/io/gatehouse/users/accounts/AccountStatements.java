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
            "null"),
        with(
            "change",
            UnitOfWork.CHANGE,
            NO_ID,
            "'new@example.com'",
            "'Name'",
            "null::text[]",
            "null::bigint[]",
            "'{}'::bigint[]",
            "null",
            "false",
            "1000",
            "null"),
        with(
            "change of one version by an ADMIN",
            UnitOfWork.CHANGE,
            NO_ID,
            "'new@example.com'",
            "'Name'",
            "null::text[]",
            "array[1::bigint]",
            "array[2::bigint]",
            NO_ID,
            "true",
            "1000",
            "null"),
        with(
            "change of password",
            UnitOfWork.CHANGE_PASSWORD,
            NO_ID,
            "'hash'",
            "'new hash'",
            "null",
            "1000",
            NO_ID,
            "null",
            "array[1::bigint]",
            "'{}'::bigint[]"),
        with(
            "delete",
            UnitOfWork.DELETE,
            NO_ID,
            "null::bigint[]",
            "'{}'::bigint[]",
            NO_ID,
            "true",
            "1000",
            "null"),
        with("reason", UnitOfWork.REASON, NO_ID, NO_ID),
        with("seeded", SeededAccounts.SEEDED, "'500@example.com'"),
        with(
            "seed", SeededAccounts.MAKE, "'new@example.com'", "'Name'", "array['USER']", "'hash'"));
  }
}
