package io.gatehouse.local.newservice;

import io.gatehouse.local.platform.Failure;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/**
 * A new service's name and its other spellings.
 *
 * @param text as in its path and scopes: {@code gift-cards}
 */
record ServiceName(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*");

  /** So that every name made of it is one that Kubernetes and PostgreSQL take. */
  private static final int LONGEST = 30;

  /** What means something else in paths, packages, databases, scopes or YAML. */
  private static final Set<String> RESERVED =
      Set.of(
          "api",
          "auth",
          "clients",
          "connector",
          "console",
          "defaults",
          "deploy",
          "discovery",
          "docs",
          "email",
          "gatehouse",
          "gateway",
          "graphql",
          "health",
          "internal",
          "keys",
          "local",
          "me",
          "n",
          "no",
          "none",
          "off",
          "on",
          "openid",
          "order",
          "platform",
          "postgres",
          "profile",
          "service",
          "store",
          "template",
          "template0",
          "template1",
          "testing",
          "user",
          "y",
          "yes");

  /** PostgreSQL gives such names to nobody's role. */
  private static final String SYSTEM_ROLES = "pg-";

  /** Its database's owner would have the name of another's role for statements. */
  private static final String RUNTIME_ROLES = "-runtime";

  /**
   * The name, if it can be one.
   *
   * @throws Failure in words of a person
   */
  static ServiceName of(String text) {
    if (text.length() > LONGEST || !FORM.matcher(text).matches()) {
      throw new Failure(
          "\"%s\" is no name for a service: it takes 1 to %d small letters and digits, with single hyphens between words, such as inventory or gift-cards."
              .formatted(text, LONGEST));
    }
    var name = new ServiceName(text);
    if (RESERVED.contains(text)
        || text.startsWith(SYSTEM_ROLES)
        || text.endsWith(RUNTIME_ROLES)
        || SourceVersion.isKeyword(name.packageName())) {
      throw new Failure(
          "\"%s\" is no name for a service: it means something else here. Choose another."
              .formatted(text));
    }
    return name;
  }

  /** {@code gift-cards-service}. */
  String module() {
    return text + "-service";
  }

  /** {@code giftcards}. */
  String packageName() {
    return text.replace("-", "");
  }

  /** {@code gift_cards}: of the database and of its role. */
  String database() {
    return text.replace('-', '_');
  }

  /** {@code GiftCards}. */
  String className() {
    return Stream.of(text.split("-"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining());
  }

  /** {@code gift cards}. */
  String words() {
    return text.replace('-', ' ');
  }
}
