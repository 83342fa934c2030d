package io.gatehouse.gateway.edge;

import io.netty.handler.codec.http.HttpMethod;
import reactor.netty.http.server.HttpServerRequest;

/** What a path asks of its caller. */
enum Access {
  /** A valid token. */
  TOKEN,
  /** None, but a token that is sent must be valid. */
  OPTIONAL_TOKEN,
  /** Sign-up without a token: a password is set, so the strictest limit holds. */
  SIGN_UP,
  /** Tries a password or a client's secret; has an Authorization of its own kind. */
  LOGIN,
  /** None; Authorization is the service's affair. */
  OPEN,
  /** None, and no limit: probes must not be refused for being frequent. */
  UNLIMITED;

  static Access of(String path, HttpServerRequest request) {
    if (path.startsWith("/api/")) {
      return path.equals("/api/users") && HttpMethod.POST.equals(request.method())
          ? SIGN_UP
          : TOKEN;
    }
    return switch (path) {
      case "/graphql" -> TOKEN;
      case "/userinfo" -> OPTIONAL_TOKEN;
      case "/login", "/signup", "/oauth2/token" -> LOGIN;
      case "/health" -> UNLIMITED;
      default -> OPEN;
    };
  }

  boolean readsToken() {
    return this == TOKEN || this == OPTIONAL_TOKEN || this == SIGN_UP;
  }
}
