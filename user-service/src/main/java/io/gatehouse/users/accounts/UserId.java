package io.gatehouse.users.accounts;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The text form of a user's id. */
public final class UserId {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  private UserId() {}

  /** The id of this text; empty when it is none in the usual form. */
  public static Optional<UUID> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
  }
}
