package io.gatehouse.users.accounts;

import java.net.IDN;
import java.util.Locale;

/**
 * The one form of an address, by which it is unique: docs/decisions/one-form-of-an-address.md.
 * Lower case throughout; a domain of other letters becomes its {@code xn--} form (IDNA), which also
 * folds full-width ones. A local part is ASCII without quotes: quoted, {@code "ada"@example.com}
 * would be another spelling of {@code ada@example.com}.
 */
public final class EmailAddress {
  private static final String ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]++";
  private static final String LABEL = "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?+)";

  /** Of the one form. */
  public static final String FORM =
      "(?=[^@]{1,64}@)" + ATOM + "(?:\\." + ATOM + ")*+@" + LABEL + "(?:\\." + LABEL + ")*+";

  private EmailAddress() {}

  /** Has the JDK read its tables of names, which it does at the first one, from a file. */
  public static void prepare() {
    var _ = canonical("ada@b\u00fccher.example");
  }

  /** The one form of what somebody typed; what is no address is only made lower case. */
  public static String canonical(String typed) {
    var address = typed.toLowerCase(Locale.ROOT);
    var at = address.lastIndexOf('@');
    if (at < 0 || address.length() > 1_000) {
      return address;
    }
    var domain = address.substring(at + 1);
    if (domain.chars().allMatch(c -> c < 0x80)) {
      return address;
    }
    return address.substring(0, at + 1) + ascii(domain);
  }

  /** In brackets, which {@link #FORM} refuses, when it is no name. */
  private static String ascii(String domain) {
    try {
      return IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException noName) {
      return "(" + domain + ")";
    }
  }
}
