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

/** {@code /api/me/sign-ins}: where the caller is signed in, and the end of it. */
@RestController
class SignInsEndpoint {
  private final SignIns signIns;

  SignInsEndpoint(SignIns signIns) {
    this.signIns = signIns;
  }

  @GetMapping(path = "/api/me/sign-ins", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<SignInPage> list(
      AccessToken caller, @RequestParam MultiValueMap<String, String> parameters) {
    var own = own(caller, "users.read");
    return SignInPage.answer(signIns, caller.subject(), own, parameters);
  }

  @DeleteMapping("/api/me/sign-ins/{sid}")
  ResponseEntity<Void> end(
      AccessToken caller,
      @PathVariable String sid,
      @RequestParam MultiValueMap<String, String> parameters) {
    var own = own(caller, "users.write");
    QueryParameters.noneIn(parameters);
    var asked =
        QueryParameters.uuid(sid)
            .orElseThrow(() -> ApiException.malformed("The id in the path is no UUID"));
    var kept = asked.equals(own) ? null : signIns.browserOf(caller.subject(), own).orElse(null);
    if (!signIns.end(caller.subject(), asked, kept)) {
      throw ApiException.of(ErrorCode.NOT_FOUND, "You have no such sign-in");
    }
    Audit.record("sign-in-ended", Outcome.ALLOWED, caller.subject(), caller.clientId());
    return ResponseEntity.noContent().build();
  }

  @DeleteMapping("/api/me/sign-ins")
  ResponseEntity<Void> endOthers(
      AccessToken caller, @RequestParam MultiValueMap<String, String> parameters) {
    var own = own(caller, "users.write");
    QueryParameters.noneIn(parameters);
    signIns.endOthers(caller.subject(), own);
    Audit.record("other-sign-ins-ended", Outcome.ALLOWED, caller.subject(), caller.clientId());
    return ResponseEntity.noContent().build();
  }

  /**
   * The sign-in that calls, when it may.
   *
   * @throws ApiException FORBIDDEN
   */
  private static UUID own(AccessToken caller, String scope) {
    caller.requireScope(scope);
    if (caller.sid() == null) {
      throw ApiException.of(ErrorCode.FORBIDDEN, "A client has no sign-ins: it is no person");
    }
    return UUID.fromString(caller.sid());
  }
}
