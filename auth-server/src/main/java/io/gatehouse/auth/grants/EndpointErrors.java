package io.gatehouse.auth.grants;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;

/** What a caller without credentials is told: people sign in, clients and tokens are refused. */
final class EndpointErrors implements AuthenticationEntryPoint {
  private final AuthenticationEntryPoint people = new LoginUrlAuthenticationEntryPoint("/login");
  private final AuthenticationEntryPoint bearer = new BearerTokenAuthenticationEntryPoint();
  private final TokenErrors clients;

  EndpointErrors(TokenErrors clients) {
    this.clients = clients;
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failed)
      throws IOException, ServletException {
    switch (request.getRequestURI()) {
      case "/oauth2/authorize" -> people.commence(request, response, failed);
      case "/userinfo" -> {
        // Sets the status and RFC 6750's header; the body is the error page's.
        bearer.commence(request, response, failed);
        response.sendError(response.getStatus());
      }
      default -> clients.commence(request, response, failed);
    }
  }
}
