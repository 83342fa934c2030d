package io.gatehouse.auth.grants;

import io.gatehouse.auth.signin.SignInEntry;
import io.gatehouse.auth.users.UserServiceUnavailable;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.transaction.TransactionException;

/** What a caller without credentials is told: people sign in, clients and tokens are refused. */
final class EndpointErrors implements AuthenticationEntryPoint {
  private static final Pattern METADATA = Pattern.compile(",? resource_metadata=\"[^\"]*\"");

  private final AuthenticationEntryPoint people = new SignInEntry();
  private final AuthenticationEntryPoint bearer = new BearerTokenAuthenticationEntryPoint();
  private final TokenErrors clients;

  EndpointErrors(TokenErrors clients) {
    this.clients = clients;
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failed)
      throws IOException, ServletException {
    if (isOutage(failed)) {
      // A 401 would make clients throw good tokens away.
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return;
    }
    switch (request.getRequestURI()) {
      case "/oauth2/authorize" -> people.commence(request, response, failed);
      case "/userinfo" -> {
        // Sets the status and RFC 6750's header; the body is the error page's.
        bearer.commence(request, response, failed);
        var challenge = String.valueOf(response.getHeader(HttpHeaders.WWW_AUTHENTICATE));
        // It names a document (RFC 9728) that is not there.
        response.setHeader(
            HttpHeaders.WWW_AUTHENTICATE, METADATA.matcher(challenge).replaceAll(""));
        response.sendError(response.getStatus());
      }
      default -> clients.commence(request, response, failed);
    }
  }

  /** Spring's filter wraps whatever was thrown. */
  private static boolean isOutage(AuthenticationException failed) {
    return failed.getCause() instanceof UserServiceUnavailable
        || failed.getCause() instanceof DataAccessException
        || failed.getCause() instanceof TransactionException;
  }
}
