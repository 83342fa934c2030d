package io.gatehouse.auth.web;

import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.OAuthEndpoints;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads the parameters before anything else does and refuses what no endpoint could mean, so that
 * whoever asks for one later gets one: the container throws at the first look at a form it cannot
 * read.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class RequestRules extends OncePerRequestFilter {
  /** RFC 6749 section 2.3.1 and 3.2: of the body alone, since addresses are logged on the way. */
  private static final Set<String> NEVER_IN_THE_ADDRESS =
      Set.of(
          "client_secret",
          "client_assertion",
          "code",
          "code_verifier",
          "device_code",
          "refresh_token",
          "token");

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var refused = refusal(request);
    if (refused == null) {
      chain.doFilter(request, response);
    } else {
      response.sendError(refused.status());
    }
  }

  private static @Nullable ErrorCode refusal(HttpServletRequest request) {
    if (!isForm(request)) {
      return ErrorCode.UNSUPPORTED_MEDIA_TYPE;
    }
    Map<String, String[]> parameters;
    try {
      parameters = request.getParameterMap();
    } catch (InvalidParameterException unreadable) {
      return unreadable.getErrorCode() == HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE
          ? ErrorCode.PAYLOAD_TOO_LARGE
          : ErrorCode.MALFORMED_REQUEST;
    }
    var understood = parameters.entrySet().stream().allMatch(RequestRules::isText);
    if (understood && OAuthEndpoints.areForClients(request.getRequestURI())) {
      understood =
          eachOnce(parameters)
              && keepsSecrets(request.getQueryString())
              && authenticatesOnce(request, parameters);
    }
    return understood ? null : ErrorCode.MALFORMED_REQUEST;
  }

  /** No page or OAuth endpoint takes a body of another type; one without a type has none. */
  private static boolean isForm(HttpServletRequest request) {
    var type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null
        || !request.getMethod().equals("POST")
        || request.getRequestURI().startsWith("/api/")) {
      return true;
    }
    try {
      return MediaType.APPLICATION_FORM_URLENCODED.equalsTypeAndSubtype(
          MediaType.parseMediaType(type));
    } catch (InvalidMediaTypeException unknown) {
      return false;
    }
  }

  private static boolean isText(Map.Entry<String, String[]> parameter) {
    return isText(parameter.getKey())
        && Arrays.stream(parameter.getValue()).allMatch(RequestRules::isText);
  }

  /** Without NUL and lone surrogates, which no store of ours keeps. */
  private static boolean isText(String value) {
    return value.indexOf('\0') < 0
        && value.codePoints().noneMatch(point -> Character.getType(point) == Character.SURROGATE);
  }

  /** RFC 6749 section 3.2: parameters must not be included more than once. */
  private static boolean eachOnce(Map<String, String[]> parameters) {
    return parameters.values().stream().allMatch(values -> values.length == 1);
  }

  /** RFC 6749 section 2.3: no more than one way of authentication in each request. */
  private static boolean authenticatesOnce(
      HttpServletRequest request, Map<String, String[]> parameters) {
    return Stream.of(
                request.getHeader(HttpHeaders.AUTHORIZATION) != null,
                parameters.containsKey("client_secret"),
                parameters.containsKey("client_assertion"))
            .filter(way -> way)
            .count()
        <= 1;
  }

  private static boolean keepsSecrets(@Nullable String query) {
    return query == null
        || Arrays.stream(query.split("&", -1))
            .map(pair -> pair.split("=", 2)[0])
            .noneMatch(NEVER_IN_THE_ADDRESS::contains);
  }
}
