package io.gatehouse.auth.signin;

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
    response.addHeader(HttpHeaders.SET_COOKIE, wanted.cookie(request.isSecure()));
    response.sendRedirect(wanted.signInUrl());
  }
}
