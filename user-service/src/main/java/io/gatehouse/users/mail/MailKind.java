package io.gatehouse.users.mail;

import java.time.Duration;
import java.util.stream.Stream;

/** What a mail is about: the name of its template, and what its link does. */
enum MailKind {
  /** To whoever may have forgotten a password. */
  PASSWORD_RESET("password-reset", "/reset", 5),
  /** To the address of a new account. */
  VERIFICATION("verification", "/confirm", 5),
  /** To an address that is to take the place of another. */
  ADDRESS_CHANGE("address-change", "/confirm", 5),
  /** To the address that is to be replaced. */
  ADDRESS_NOTICE("address-notice", "/forgot", 5),
  /** To the owner of an account that an unknown browser signed in to. */
  SIGN_IN_NOTICE("sign-in-notice", "/forgot", 5),
  /** To an address that somebody signed up with quietly, and that nobody has. */
  SIGN_UP("sign-up", "/signup", 5),
  /** What becomes of it when somebody has the address. */
  SIGN_UP_NOTICE("sign-up-notice", "/forgot", 5);

  /** Of mails that one user causes to addresses that may be anybody's. */
  static final int PER_USER = 10;

  /** The hour that the limits are for. */
  static final Duration WINDOW = Duration.ofHours(1);

  private final String key;
  private final String path;
  private final int perAddress;

  MailKind(String key, String path, int perAddress) {
    this.key = key;
    this.path = path;
    this.perAddress = perAddress;
  }

  static MailKind of(String key) {
    return Stream.of(values())
        .filter(kind -> kind.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no such kind of mail: " + key));
  }

  /** As it is stored. */
  String key() {
    return key;
  }

  /** The page that the mail leads to. */
  String path() {
    return path;
  }

  /** How many of this kind an address is sent in an hour. */
  int perAddress() {
    return perAddress;
  }

  /** Whether the mail's link carries a secret. */
  boolean hasSecret() {
    return !path.equals("/forgot");
  }

  /** Whether it goes to an address that the user who causes it chose. */
  boolean goesAnywhere() {
    return this == ADDRESS_CHANGE;
  }
}
