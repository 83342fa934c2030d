package io.gatehouse.auth.grants;

import io.gatehouse.auth.signin.ReturnTo;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * An authorization request as OpenID Connect Core section 3.1.2.1 and RFC 7636 section 4.3 have it,
 * with what Spring's endpoint takes no notice of.
 */
record AuthorizationRequest(Map<String, String[]> parameters) {
  /** Parameter of our own: a sign-in from this time on (ms) answers the request. */
  static final String SIGNED_IN_SINCE = ReturnTo.SIGNED_IN_SINCE;

  /** Parameter of our own: the person said which account to go on with. */
  static final String CHOSEN = "account_chosen";

  private static final int MAX_CHARS = 2_048;
  private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
  private static final Pattern MILLIS = Pattern.compile("[0-9]{1,15}");
  private static final Set<String> PROMPTS = Set.of("none", "login", "consent", "select_account");

  static AuthorizationRequest of(HttpServletRequest request) {
    return new AuthorizationRequest(request.getParameterMap());
  }

  /** The parameter's value; null when it is missing, empty or repeated. */
  @Nullable String one(String name) {
    var values = parameters.get(name);
    return values == null || values.length != 1 || values[0].isEmpty() ? null : values[0];
  }

  Set<String> prompts() {
    var prompt = one("prompt");
    return prompt == null
        ? Set.of()
        : Arrays.stream(prompt.split(" ", -1))
            .filter(word -> !word.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** How old a sign-in may be. */
  Optional<Duration> maxAge() {
    return Optional.ofNullable(one("max_age")).map(Long::valueOf).map(Duration::ofSeconds);
  }

  /** Since when a sign-in counts that was asked for anew; empty when none was. */
  static Optional<Instant> signedInSince(@Nullable String millis) {
    try {
      return millis == null || !MILLIS.matcher(millis).matches()
          ? Optional.empty()
          : Optional.of(Instant.ofEpochMilli(Long.parseLong(millis)));
    } catch (DateTimeException beyond) {
      return Optional.empty();
    }
  }

  /** Where errors go: the client's own address, or null when the person has to be told. */
  @Nullable String redirectUri(RegisteredClient client) {
    var known = client.getRedirectUris();
    if (!parameters.containsKey("redirect_uri")) {
      return known.size() == 1 ? known.iterator().next() : null;
    }
    var asked = one("redirect_uri");
    return asked != null && known.stream().anyMatch(uri -> RedirectUris.matches(uri, asked))
        ? asked
        : null;
  }

  /** What the client is told by redirect; empty when the request may go on. */
  Optional<OAuth2Error> fault() {
    if (parameters.values().stream().anyMatch(values -> values.length != 1)) {
      return invalid("a parameter is repeated");
    }
    if (parameters.values().stream().anyMatch(values -> values[0].length() > MAX_CHARS)) {
      return invalid("a parameter is longer than " + MAX_CHARS + " characters");
    }
    return unsupported().or(this::badChallenge).or(this::badPrompt).or(this::noScope);
  }

  private Optional<OAuth2Error> unsupported() {
    for (var name : Set.of("request", "request_uri", "registration")) {
      if (parameters.containsKey(name)) {
        return error(name + "_not_supported", name + " is not supported");
      }
    }
    var mode = one("response_mode");
    if (mode != null && !mode.equals("query")) {
      return invalid("response_mode must be query");
    }
    var type = one("response_type");
    if (type == null) {
      return invalid("response_type is required");
    }
    return type.equals("code")
        ? Optional.empty()
        : error(OAuth2ErrorCodes.UNSUPPORTED_RESPONSE_TYPE, "response_type must be code");
  }

  private Optional<OAuth2Error> badChallenge() {
    var challenge = one("code_challenge");
    if (challenge == null || !CHALLENGE.matcher(challenge).matches()) {
      return invalid("code_challenge must be 43 to 128 unreserved characters");
    }
    return "S256".equals(one("code_challenge_method"))
        ? Optional.empty()
        : invalid("code_challenge_method must be S256");
  }

  private Optional<OAuth2Error> badPrompt() {
    var prompts = prompts();
    if (!PROMPTS.containsAll(prompts) || (prompts.contains("none") && prompts.size() > 1)) {
      return invalid("prompt must be none alone, or of login, consent, select_account");
    }
    var age = one("max_age");
    return age == null || SECONDS.matcher(age).matches()
        ? Optional.empty()
        : invalid("max_age must be a number of seconds");
  }

  /** RFC 6749 section 3.3: a default, or an error; a token without scopes opens nothing. */
  private Optional<OAuth2Error> noScope() {
    return one("scope") == null
        ? error(OAuth2ErrorCodes.INVALID_SCOPE, "scope is required")
        : Optional.empty();
  }

  private static Optional<OAuth2Error> invalid(String description) {
    return error(OAuth2ErrorCodes.INVALID_REQUEST, description);
  }

  private static Optional<OAuth2Error> error(String code, String description) {
    return Optional.of(new OAuth2Error(code, description, null));
  }
}
