package io.gatehouse.users.accounts;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.store.Database;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * As what somebody changes a user. A token tells what its holder was when it was made; user-service
 * owns the roles, so the statement that makes a change looks at them as they are.
 */
public sealed interface Acting {

  /** The platform on its own. */
  record Platform() implements Acting {}

  /**
   * That user itself, by a sign-in that must go on.
   *
   * @param signedInAt when it began
   * @param sid null when the token names none
   */
  record Self(Instant signedInAt, @Nullable String sid) implements Acting {}

  /** An ADMIN, who must be one still. */
  record Admin(UUID subject) implements Acting {}

  /** A program, which never touches an ADMIN. */
  record Service() implements Acting {}

  /**
   * As what the caller changes this user.
   *
   * @param adminOnly whether only an ADMIN may do it, even to its own account
   * @throws ApiException FORBIDDEN
   */
  static Acting of(AccessToken caller, UUID target, boolean adminOnly) {
    if (!adminOnly && caller.subject().equals(target.toString())) {
      return new Self(caller.signedInAt(), caller.sid());
    }
    if (caller.hasRole("ADMIN")) {
      return admin(caller);
    }
    if (!adminOnly && caller.hasRole("SERVICE")) {
      return new Service();
    }
    throw ApiException.of(ErrorCode.FORBIDDEN);
  }

  /** An ADMIN, by its token. */
  static Acting admin(AccessToken caller) {
    return QueryParameters.uuid(caller.subject())
        .map(Admin::new)
        .orElseThrow(() -> ApiException.of(ErrorCode.FORBIDDEN));
  }

  /** For {@link #admits}: the ADMIN's id, else null. */
  default Object adminParameter() {
    return this instanceof Admin(UUID subject) ? subject : Database.nothing(UUID.class);
  }

  /** For {@link #goesOn}: when that user signed in, else null. */
  default Object signedInParameter() {
    return this instanceof Self self ? self.signedInAt() : Database.nothing(Instant.class);
  }

  /** For {@link #goesOn}: by which sign-in, or null. */
  default Object sidParameter() {
    return this instanceof Self self && self.sid() != null
        ? self.sid()
        : Database.nothing(String.class);
  }

  /** Whether the change passes by whoever is an ADMIN. */
  default boolean sparesAdmins() {
    return this instanceof Service;
  }

  /**
   * A condition on {@code users}: no sign-in is given, or one that no new password has ended. Asked
   * in the statement that makes the change, it leaves no moment between the two.
   */
  static String goesOn(String signedIn, String sid) {
    return """
    (%1$s::timestamptz is null or users.sign_ins_ended_at is null
          or users.sign_ins_ended_at < %1$s
          or coalesce(users.sign_ins_ended_except = %2$s::text, false))"""
        .formatted(signedIn, sid);
  }

  /**
   * A condition: the parameter names nobody, or somebody who is an ADMIN now. A subject that never
   * was a user is judged by its token alone; one that was, and is deleted, left a revocation.
   */
  static String admits(String parameter) {
    return """
    (?::uuid is null
          or exists (select from users as acting where acting.id = ? and 'ADMIN' = any(acting.roles))
          or not exists (select from users as acting where acting.id = ?)
            and not exists (select from revocations where revocations.user_id = ?))"""
        .replace("?", parameter);
  }
}
