package io.gatehouse.auth.grants;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The filters answer every POST to these paths, so this maps them only to have any other method
 * refused with 405 and {@code Allow} instead of 404.
 */
@RestController
class PostOnly {
  @PostMapping({
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/introspect",
    "/oauth2/device_authorization"
  })
  void answeredByFilters() {
    throw ApiException.of(ErrorCode.NOT_FOUND);
  }
}
