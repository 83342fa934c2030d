package io.gatehouse.auth.signin;

import io.gatehouse.auth.web.PageLanguage;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/** Sends a person to the sign-in page, which leads back to what was asked for. */
public final class SignInEntry implements AuthenticationEntryPoint {

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failed)
      throws IOException {
    var wanted = ReturnTo.of(request);
    if (wanted.isPresent()) {
      send(wanted.get(), request, response);
    } else {
      response.sendRedirect("/login");
    }
  }

  /** The same for a page that is not quite what was asked for. */
  public static void send(ReturnTo wanted, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var inItsLanguage = inItsLanguage(wanted, request);
    response.addHeader(HttpHeaders.SET_COOKIE, inItsLanguage.cookie(request.isSecure()));
    response.sendRedirect(inItsLanguage.signInUrl());
  }

  /** A pushed request says it where the sign-in page does not look. */
  private static ReturnTo inItsLanguage(ReturnTo wanted, HttpServletRequest request) {
    return request.getParameter(PageLanguage.PARAMETER) != null
        ? wanted
        : PageLanguage.wished(request)
            .map(language -> wanted.with(PageLanguage.PARAMETER, language))
            .orElse(wanted);
  }
}
