package io.gatehouse.local.journey;

import io.gatehouse.local.journey.PublicApi.Answer;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * Gets access tokens as the standards say: authorization code with PKCE through the login page (RFC
 * 6749 4.1, RFC 7636), or client credentials (RFC 6749 4.4).
 */
public final class SignIn {
  private static final int MAX_HOPS = 12;
  private static final Pattern PARAMETER = Pattern.compile("([^&=]+)=([^&]*)");
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The port does not matter: the answer is read from the redirect and nobody has to listen. */
  private static final String REDIRECT = "http://127.0.0.1:53682/callback";

  private final URI url;

  public SignIn(URI url) {
    this.url = url;
  }

  /** What a sign-in gives; empty strings for what it does not. */
  public record Tokens(String access, String refresh, String id) {}

  /** The access token of a person's sign-in. */
  public String asUser(String email, String password) {
    return tokensOf(email, password).access();
  }

  /** Signs in as a person would, in a browser of its own. */
  public Tokens tokensOf(String email, String password) {
    var browser =
        Http.clientFor(url).cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL)).build();
    var verifier = random();
    var state = random();
    var code = code(browser, authorizationRequest(verifier, state), state, email, password);
    return tokens(
        Map.of(
            "grant_type", "authorization_code",
            "client_id", "cli",
            "code", code,
            "code_verifier", verifier,
            "redirect_uri", REDIRECT),
        null);
  }

  /** Signs in as a confidential client, with all scopes. */
  public String asClient(String client, String secret) {
    return asClient(client, secret, apiScopes());
  }

  /**
   * Signs in as a confidential client.
   *
   * @param scope separated by spaces
   */
  public String asClient(String client, String secret, String scope) {
    var credentials =
        Base64.getEncoder()
            .encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
    return tokens(
            Map.of("grant_type", "client_credentials", "scope", scope), "Basic " + credentials)
        .access();
  }

  /** What the services' APIs ask for, as the platform says itself (RFC 8414). */
  private String apiScopes() {
    var metadata = new PublicApi(url).get("/.well-known/oauth-authorization-server", null);
    return StreamSupport.stream(metadata.json().at("/scopes_supported").spliterator(), false)
        .map(JsonNode::asString)
        .filter(scope -> scope.contains("."))
        .collect(Collectors.joining(" "));
  }

  private URI authorizationRequest(String verifier, String state) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("response_type", "code");
    parameters.put("client_id", "cli");
    parameters.put("redirect_uri", REDIRECT);
    parameters.put("scope", "openid " + apiScopes());
    parameters.put("state", state);
    parameters.put("code_challenge", challenge(verifier));
    parameters.put("code_challenge_method", "S256");
    return url.resolve("/oauth2/authorize?" + encoded(parameters));
  }

  /** Follows redirects and fills in the login form until the browser would leave for the client. */
  private static String code(
      HttpClient browser, URI start, String state, String email, String password) {
    var request = page(start).GET().build();
    var signedIn = false;
    for (var hop = 0; hop < MAX_HOPS; hop++) {
      var answer = PublicApi.sendOnce(browser, request);
      var location = answer.response().headers().firstValue("Location");
      if (answer.status() == 429) {
        PublicApi.pause(answer.response());
      } else if (answer.status() / 100 == 3 && location.isPresent()) {
        var target = request.uri().resolve(location.get());
        if (target.toString().startsWith(REDIRECT)) {
          return codeIn(target, state);
        }
        request = page(target).GET().build();
      } else if (answer.status() == 200 && !signedIn) {
        request = filledForm(answer, request.uri(), email, password);
        signedIn = true;
      } else {
        throw new JourneyFailed(refusal(answer, request.uri(), signedIn));
      }
      if (signedIn && request.method().equals("GET") && isLoginError(request.uri())) {
        throw new JourneyFailed("the login page refused " + email);
      }
    }
    throw new JourneyFailed("the sign-in went through " + MAX_HOPS + " redirects without an end");
  }

  private static HttpRequest filledForm(Answer answer, URI uri, String email, String password) {
    var form =
        SignInForm.on(uri, answer.response().body())
            .orElseThrow(() -> new JourneyFailed("there is no sign-in form at " + uri));
    return page(form.target())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(encoded(form.filled(email, password))))
        .build();
  }

  private static String encoded(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static boolean isLoginError(URI uri) {
    return "/login".equals(uri.getPath()) && uri.getQuery() != null;
  }

  private static String refusal(Answer answer, URI uri, boolean signedIn) {
    return "%s %s: %s"
        .formatted(uri, signedIn ? "refused the sign-in" : "is no login page", answer.summary());
  }

  private static HttpRequest.Builder page(URI uri) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(15))
        .header("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
  }

  private static String codeIn(URI target, String state) {
    var parameters = new LinkedHashMap<String, String>();
    var found = PARAMETER.matcher(target.getRawQuery());
    while (found.find()) {
      parameters.put(found.group(1), URLDecoder.decode(found.group(2), StandardCharsets.UTF_8));
    }
    var code = parameters.get("code");
    if (code == null) {
      throw new JourneyFailed("the authorization was refused: " + parameters);
    }
    if (!state.equals(parameters.get("state"))) {
      throw new JourneyFailed("the authorization's state came back changed");
    }
    return code;
  }

  private Tokens tokens(
      Map<String, String> form, @org.jspecify.annotations.Nullable String authorization) {
    var request =
        HttpRequest.newBuilder(url.resolve("/oauth2/token"))
            .timeout(Duration.ofSeconds(15))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(encoded(form)));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try (var client = Http.clientFor(url).build()) {
      var answer = PublicApi.sendOnce(client, request.build());
      if (answer.status() == 429) {
        PublicApi.pause(answer.response());
        answer = PublicApi.sendOnce(client, request.build());
      }
      var token = answer.json().path("access_token").asString("");
      if (answer.status() != 200 || token.isEmpty()) {
        throw new JourneyFailed("no token was issued: " + answer.summary());
      }
      return new Tokens(
          token,
          answer.json().path("refresh_token").asString(""),
          answer.json().path("id_token").asString(""));
    }
  }

  private static String random() {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String challenge(String verifier) {
    try {
      var hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
