package io.gatehouse.auth.grants;

import io.gatehouse.auth.Audit;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.QueryParameters;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/users/{id}/sign-ins}: where anybody is signed in, and the end of it, for a person who
 * is ADMIN. Somebody who is unknown is signed in nowhere.
 */
@RestController
class UserSignInsEndpoint {
  private static final String PATH = "/api/users/{id}/sign-ins";

  private final SignIns signIns;

  UserSignInsEndpoint(SignIns signIns) {
    this.signIns = signIns;
  }

  @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<SignInPage> list(
      AccessToken caller,
      @PathVariable String id,
      @RequestParam MultiValueMap<String, String> parameters) {
    var own = admin(caller, "users.read");
    return SignInPage.answer(signIns, uuid(id).toString(), own, parameters);
  }

  @DeleteMapping(PATH + "/{sid}")
  ResponseEntity<Void> end(
      AccessToken caller,
      @PathVariable String id,
      @PathVariable String sid,
      @RequestParam MultiValueMap<String, String> parameters) {
    admin(caller, "users.write");
    QueryParameters.noneIn(parameters);
    var user = uuid(id).toString();
    if (!signIns.end(user, uuid(sid), null)) {
      throw ApiException.of(ErrorCode.NOT_FOUND, "This user has no such sign-in");
    }
    Audit.record("sign-in-ended", Outcome.ALLOWED, caller.subject(), user);
    return ResponseEntity.noContent().build();
  }

  @DeleteMapping(PATH)
  ResponseEntity<Void> endAll(
      AccessToken caller,
      @PathVariable String id,
      @RequestParam MultiValueMap<String, String> parameters) {
    admin(caller, "users.write");
    QueryParameters.noneIn(parameters);
    var user = uuid(id).toString();
    signIns.endAll(user);
    Audit.record("all-sign-ins-ended", Outcome.ALLOWED, caller.subject(), user);
    return ResponseEntity.noContent().build();
  }

  /**
   * The sign-in that calls, when it may.
   *
   * @throws ApiException FORBIDDEN
   */
  private static UUID admin(AccessToken caller, String scope) {
    caller.requireScope(scope);
    if (caller.sid() == null || !caller.hasRole("ADMIN")) {
      throw ApiException.of(ErrorCode.FORBIDDEN, "Only a person who is ADMIN may do this");
    }
    return UUID.fromString(caller.sid());
  }

  private static UUID uuid(String text) {
    return QueryParameters.uuid(text)
        .orElseThrow(() -> ApiException.malformed("The id in the path is no UUID"));
  }
}
