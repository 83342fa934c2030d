package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.grants.SignIns;
import io.gatehouse.auth.grants.SignIns.SignIn;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.web.QueryParameters;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Where a person is signed in, and the end of it. */
@RestController
class SignInsPage {
  private static final String PATH = "/account/sign-ins";
  private static final int PAGE = 20;

  private final Pages pages;
  private final SignIns signIns;
  private final Clients clients;

  SignInsPage(Pages pages, SignIns signIns, Clients clients) {
    this.pages = pages;
    this.signIns = signIns;
    this.clients = clients;
  }

  /**
   * What the page shows.
   *
   * @param older the address of the next page; null on the last
   */
  record Overview(
      CsrfToken csrf, @Nullable Notice notice, List<Line> lines, @Nullable String older) {}

  /** One sign-in; {@code isHere} when this browser granted it. */
  record Line(
      UUID sid,
      String application,
      boolean isHere,
      Instant startedAt,
      Instant lastUsedAt,
      @Nullable String ip,
      @Nullable String userAgent) {}

  @GetMapping(PATH)
  ResponseEntity<String> show(
      @AuthenticationPrincipal SignedInUser user,
      CsrfToken csrf,
      @RequestParam(defaultValue = "") String before,
      @RequestParam(required = false) @Nullable String ended) {
    var found = signIns.page(user.id(), QueryParameters.uuid(before), PAGE + 1);
    var lines = found.stream().limit(PAGE).map(signIn -> line(signIn, user)).toList();
    var older = found.size() > PAGE ? PATH + "?before=" + lines.getLast().sid() : null;
    var notice = ended == null ? null : Notice.good("signIns.ended");
    return pages.show(200, "signIns", new Overview(csrf, notice, lines, older));
  }

  /** Ends one, or all others. One that is gone already has ended. */
  @PostMapping(PATH)
  ResponseEntity<String> end(
      @AuthenticationPrincipal SignedInUser user, @RequestParam(defaultValue = "") String sid) {
    if (sid.equals("others")) {
      signIns.endOtherBrowsers(user.id(), user.signIn());
      Audit.record("other-sign-ins-ended", Outcome.ALLOWED, user.id(), null);
    } else {
      QueryParameters.uuid(sid)
          .filter(asked -> signIns.end(user.id(), asked, user.signIn()))
          .ifPresent(_ -> Audit.record("sign-in-ended", Outcome.ALLOWED, user.id(), null));
    }
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .location(URI.create(PATH + "?ended"))
        .build();
  }

  private Line line(SignIn signIn, SignedInUser user) {
    var client = Objects.requireNonNull(clients.findById(signIn.client()));
    return new Line(
        signIn.sid(),
        client.getClientName(),
        user.signIn().equals(signIn.browser()),
        signIn.startedAt(),
        signIn.lastUsedAt(),
        signIn.ip(),
        signIn.userAgent());
  }
}
