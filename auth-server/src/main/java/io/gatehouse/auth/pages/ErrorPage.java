package io.gatehouse.auth.pages;

import io.gatehouse.auth.grants.TokenErrors;
import io.gatehouse.auth.users.UserServiceUnavailable;
import io.gatehouse.auth.web.Browsers;
import io.gatehouse.auth.web.StandbyConnections;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorBody;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.OAuthEndpoints;
import io.gatehouse.defaults.web.RequestId;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every error that no OAuth endpoint answers itself: an OAuth error where one is due, a page for
 * people, the error body for programs.
 */
@RestController
@ControllerAdvice
class ErrorPage implements ErrorController {
  private static final Logger log = LoggerFactory.getLogger(ErrorPage.class);

  private final Pages pages;
  private final LoginPage login;
  private final SignupPage signup;
  private final TokenErrors clients;
  private final JsonMapper json;

  ErrorPage(Pages pages, LoginPage login, SignupPage signup, TokenErrors clients, JsonMapper json) {
    this.pages = pages;
    this.login = login;
    this.signup = signup;
    this.clients = clients;
    this.json = json;
  }

  /** Where the container sends what filters and Spring itself refused. */
  @RequestMapping("/error")
  ResponseEntity<String> dispatched(HttpServletRequest request) {
    var thrown = (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    var status = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    return thrown == null
        ? answer(
            request, ApiException.of(ErrorCode.ofStatus(Objects.requireNonNullElse(status, 404))))
        : failed(request, thrown);
  }

  @ExceptionHandler
  ResponseEntity<String> refused(HttpServletRequest request, ApiException refused) {
    return answer(request, refused);
  }

  /** HEAD goes wherever GET does, though no mapping names it: see HeadAsGet. */
  @ExceptionHandler
  ResponseEntity<String> refused(
      HttpServletRequest request, HttpRequestMethodNotSupportedException refused) {
    var allowed = new TreeSet<String>();
    for (var method : Objects.requireNonNullElse(refused.getSupportedMethods(), new String[0])) {
      allowed.add(method);
      if (method.equals("GET")) {
        allowed.add("HEAD");
      }
    }
    return answer(
        request,
        ApiException.of(ErrorCode.METHOD_NOT_ALLOWED)
            .withHeader(HttpHeaders.ALLOW, String.join(", ", allowed)));
  }

  @ExceptionHandler({
    UserServiceUnavailable.class,
    DataAccessException.class,
    CannotCreateTransactionException.class
  })
  ResponseEntity<String> failed(HttpServletRequest request, Throwable thrown) {
    if (thrown instanceof ApiException refused) {
      return answer(request, refused);
    }
    if (isOutage(thrown)) {
      log.warn("{} cannot be served now: {}", request.getRequestURI(), thrown.toString());
      return answer(request, ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
    }
    log.error("{} {} failed", request.getMethod(), request.getRequestURI(), thrown);
    return answer(request, ApiException.of(ErrorCode.INTERNAL_ERROR));
  }

  private static boolean isOutage(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserServiceUnavailable
          || cause instanceof DataAccessResourceFailureException
          || cause instanceof TransientDataAccessException
          || (cause instanceof SQLException refused && StandbyConnections.isStandbys(refused))
          || cause instanceof CannotCreateTransactionException) {
        return true;
      }
    }
    return false;
  }

  private ResponseEntity<String> answer(HttpServletRequest request, ApiException error) {
    if (OAuthEndpoints.areForClients(asked(request)) && error.status() != 405) {
      return clients.ofStatus(error.status());
    }
    var response = ResponseEntity.status(error.status()).cacheControl(CacheControl.noStore());
    error.headers().forEach(response::header);
    if (isApi(request) || !Browsers.wantHtml(request)) {
      var id = (String) request.getAttribute(RequestId.KEY);
      return response
          .contentType(MediaType.APPLICATION_JSON)
          .body(json.writeValueAsString(ErrorBody.of(error, id)));
    }
    if (error.status() == 403
        && request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken csrf) {
      switch (asked(request)) {
        case "/login" -> {
          return login.expired(csrf, request);
        }
        case "/signup" -> {
          if (request.getParameter("link") == null) {
            return signup.expired(csrf, request);
          }
        }
        default -> {
          // Shown by name alone: the other forms hold nothing that would be lost.
        }
      }
    }
    return pages.fill(response, "error", refusal(request, error));
  }

  private static boolean isApi(HttpServletRequest request) {
    return asked(request).startsWith("/api/");
  }

  /** The path that was asked for, also in the dispatch to this page. */
  private static String asked(HttpServletRequest request) {
    return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String path
        ? path
        : request.getRequestURI();
  }

  /** What the page says; {@code title} is a message's key. */
  record Refusal(String title, Message sentence, @Nullable String requestId) {}

  private static Refusal refusal(HttpServletRequest request, ApiException error) {
    var explanation = Browsers.explanation(request);
    return new Refusal(
        title(error.status()),
        explanation == null ? sentence(error) : Message.of(explanation),
        (String) request.getAttribute(RequestId.KEY));
  }

  private static String title(int status) {
    return "error.title."
        + switch (status) {
          case 403 -> "outdated";
          case 404 -> "missing";
          case 503 -> "unavailable";
          default -> status < 500 ? "refused" : "failed";
        };
  }

  private static Message sentence(ApiException error) {
    return switch (error.status()) {
      case 403 -> Message.of("error.outdated");
      case 404 -> Message.of("error.missing");
      case 503 -> Message.of("error.unavailable");
      default -> Texts.ofCode(error.code(), error.getMessage());
    };
  }
}
