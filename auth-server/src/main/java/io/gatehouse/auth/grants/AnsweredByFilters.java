package io.gatehouse.auth.grants;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * The filters answer these, so this maps them only to have any other method refused with 405 and
 * {@code Allow} instead of 404.
 */
@RestController
class AnsweredByFilters {
  @PostMapping({
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/introspect",
    "/oauth2/device_authorization",
    "/oauth2/par",
    "/login",
    "/logout"
  })
  void posted() {
    throw ApiException.of(ErrorCode.NOT_FOUND);
  }

  @GetMapping({
    "/oauth2/jwks",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server"
  })
  void read() {
    throw ApiException.of(ErrorCode.NOT_FOUND);
  }

  @RequestMapping(
      path = {"/oauth2/authorize", "/userinfo", "/connect/logout"},
      method = {RequestMethod.GET, RequestMethod.POST})
  void readOrPosted() {
    throw ApiException.of(ErrorCode.NOT_FOUND);
  }
}
