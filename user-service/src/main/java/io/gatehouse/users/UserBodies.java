package io.gatehouse.users;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.gatehouse.defaults.web.Visible;
import io.gatehouse.users.accounts.Changes;
import io.gatehouse.users.accounts.Changes.NewAddress;
import io.gatehouse.users.accounts.EmailAddress;
import io.gatehouse.users.accounts.UserView;
import io.gatehouse.users.signins.PasswordChanges.PasswordChange;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The JSON that clients send and get. Texts are normalized before the rules are checked. */
final class UserBodies {
  static final String ROLE = "USER|ADMIN";
  static final String ROLE_MESSAGE = "must be USER or ADMIN";

  private UserBodies() {}

  @JsonIgnoreProperties({
    "id",
    "emailVerified",
    "pendingEmail",
    "version",
    "createdAt",
    "updatedAt"
  })
  record NewUser(
      @NotNull
          @Size(max = 254)
          @Pattern(regexp = EmailAddress.FORM, message = "must be a well-formed email address")
          String email,
      @NotNull @Characters(min = 1, max = 100) @Visible String name,
      @NotNull @Characters(min = 12, max = 128) String password,
      @Nullable @Size(max = 2)
          List<@NotNull @Pattern(regexp = ROLE, message = ROLE_MESSAGE) String> roles) {

    NewUser {
      email = canonical(email);
      name = stripped(name);
    }

    /** A new user is a USER unless an ADMIN said otherwise. */
    List<String> rolesOrDefault() {
      return roles == null || roles.isEmpty() ? List.of("USER") : distinct(roles);
    }

    @Override
    public String toString() {
      return "NewUser[password withheld]";
    }
  }

  @JsonIgnoreProperties({
    "id",
    "emailVerified",
    "pendingEmail",
    "version",
    "createdAt",
    "updatedAt"
  })
  record ChangedUser(
      @NotNull
          @Size(max = 254)
          @Pattern(regexp = EmailAddress.FORM, message = "must be a well-formed email address")
          String email,
      @NotNull @Characters(min = 1, max = 100) @Visible String name,
      @Nullable @Size(min = 1, max = 2)
          List<@NotNull @Pattern(regexp = ROLE, message = ROLE_MESSAGE) String> roles) {

    ChangedUser {
      email = canonical(email);
      name = stripped(name);
    }

    Changes.Change toChange(NewAddress newAddress) {
      return new Changes.Change(email, name, roles == null ? null : distinct(roles), newAddress);
    }
  }

  /** Whether a body asks for roles, whatever else is in it and whatever it takes for roles. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record AskedRoles(@Nullable JsonNode roles) {
    /** Generated clients send an empty list for none. */
    boolean any() {
      return roles != null && !roles.isNull() && !(roles.isArray() && roles.isEmpty());
    }
  }

  /** A change of one's own password. */
  record OwnPassword(
      @NotNull String current,
      @JsonProperty("new") @NotNull @Characters(min = 12, max = 128) String replacement) {

    PasswordChange toChange() {
      return new PasswordChange(current, replacement);
    }

    @Override
    public String toString() {
      return "OwnPassword[withheld]";
    }
  }

  /**
   * A change of another's password, by an ADMIN.
   *
   * @param current may be absent
   */
  record ChangedPassword(
      @Nullable String current,
      @JsonProperty("new") @NotNull @Characters(min = 12, max = 128) String replacement) {

    PasswordChange toChange() {
      return new PasswordChange(current, replacement);
    }

    @Override
    public String toString() {
      return "ChangedPassword[withheld]";
    }
  }

  /** A page of users; {@code next} is null on the last one. */
  record UserList(List<UserView> items, @Nullable String next) {}

  private static List<String> distinct(List<String> roles) {
    return roles.stream().distinct().sorted().toList();
  }

  @SuppressWarnings("NullAway") // Null stays null, for @NotNull to find.
  static String canonical(@Nullable String email) {
    return email == null ? null : EmailAddress.canonical(email);
  }

  @SuppressWarnings("NullAway") // Null stays null, for @NotNull to find.
  private static String stripped(@Nullable String text) {
    return text == null ? null : text.strip();
  }
}
