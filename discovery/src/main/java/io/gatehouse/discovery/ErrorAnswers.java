package io.gatehouse.discovery;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The platform's error body, from a service that is not built on service-defaults. */
@Controller
class ErrorAnswers implements ErrorController {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Where the container sends what no handler answered. */
  @RequestMapping("/error")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    var status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    write(request, response, status instanceof Integer code ? code : 404);
  }

  static void unauthenticated(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException ignored)
      throws IOException {
    response.setHeader("WWW-Authenticate", "Basic realm=\"gatehouse\"");
    write(request, response, 401);
  }

  static void forbidden(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException ignored)
      throws IOException {
    write(request, response, 403);
  }

  private static void write(HttpServletRequest request, HttpServletResponse response, int status)
      throws IOException {
    var id = requestId(request.getHeader("X-Request-Id"));
    var error =
        switch (status) {
          case 400 -> new Answer("MALFORMED_REQUEST", "The request cannot be parsed");
          case 401 -> new Answer("UNAUTHENTICATED", "Registration credentials are required");
          case 403 -> new Answer("FORBIDDEN", "You are not allowed to do this");
          case 404 -> new Answer("NOT_FOUND", "No such resource");
          case 405 -> new Answer("METHOD_NOT_ALLOWED", "This method is not supported here");
          case 406 -> new Answer("NOT_ACCEPTABLE", "This media type cannot be produced");
          case 415 -> new Answer("UNSUPPORTED_MEDIA_TYPE", "This content type is not supported");
          case 503 -> new Answer("SERVICE_UNAVAILABLE", "Try again shortly");
          default -> new Answer("INTERNAL_ERROR", "Something went wrong on our side");
        };
    response.setStatus("INTERNAL_ERROR".equals(error.code) ? 500 : status);
    response.setHeader("X-Request-Id", id);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/json");
    response.getOutputStream().write(error.body(id).getBytes(StandardCharsets.UTF_8));
  }

  private static String requestId(@Nullable String given) {
    return given != null && REQUEST_ID.matcher(given).matches()
        ? given
        : UUID.randomUUID().toString().replace("-", "");
  }

  private record Answer(String code, String message) {
    /** Every part is a constant or a checked id, so nothing needs escaping. */
    String body(String requestId) {
      return """
      {"error":{"code":"%s","message":"%s","details":[],"requestId":"%s"}}"""
          .formatted(code, message, requestId);
    }
  }
}
