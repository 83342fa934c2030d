package io.gatehouse.users.accounts;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What user-service is told, beside the stores' addresses.
 *
 * @param accessTokenTtl how long an access token can outlive what it was given for
 * @param adminEmail the first ADMIN, with {@code adminPassword}; made once
 * @param adminPassword 12 to 128 characters; changed later as that user
 * @param demo whether the demo accounts are made; refused unless the public URL is loopback
 * @param deletedUsers ids, with commas between them, of users to delete again after a restore
 */
@Validated
@ConfigurationProperties("gatehouse")
record UserProperties(
    @NotNull @DefaultValue("15m") Duration accessTokenTtl,
    @Nullable String adminEmail,
    @Nullable String adminPassword,
    @DefaultValue("false") boolean demo,
    @DefaultValue List<UUID> deletedUsers) {
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  UserProperties {
    var given = adminEmail != null && !adminEmail.isBlank();
    if (given && (adminPassword == null || !isAcceptable(adminPassword))) {
      throw new IllegalArgumentException(
          "gatehouse.admin-password (GATEHOUSE_ADMIN_PASSWORD) must have 12 to 128 characters"
              + " when gatehouse.admin-email is set");
    }
  }

  /** The account that configuration wants to exist; the address is in its one form. */
  record FirstAdmin(String email, String password) {
    @Override
    public String toString() {
      return "FirstAdmin[" + email + "]";
    }
  }

  Optional<FirstAdmin> firstAdmin() {
    return adminEmail == null || adminEmail.isBlank() || adminPassword == null
        ? Optional.empty()
        : Optional.of(new FirstAdmin(EmailAddress.canonical(adminEmail.strip()), adminPassword));
  }

  @Override
  public String toString() {
    return "UserProperties[demo=" + demo + "]";
  }

  /** How long a revocation of a subject has to be known. */
  Duration revocationLife() {
    return accessTokenTtl.plus(CLOCK_SKEW);
  }

  private static boolean isAcceptable(String password) {
    var length = password.codePoints().count();
    return length >= 12 && length <= 128;
  }
}
