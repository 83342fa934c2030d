package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.passkeys.Ceremonies;
import io.gatehouse.auth.passkeys.Ceremonies.Added;
import io.gatehouse.auth.passkeys.Passkeys;
import io.gatehouse.auth.passkeys.Passkeys.Passkey;
import io.gatehouse.auth.passkeys.Passkeys.Renamed;
import io.gatehouse.auth.users.OwnAccount;
import io.gatehouse.auth.users.OwnAccount.Account;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A person's passkeys: which there are, a new one, another name, the end of one. */
@RestController
class PasskeysPage {
  private static final String PATH = "/account/passkeys";

  /** The message when it is come back to, by the parameter that says so. */
  private static final Map<String, String> DONE =
      Map.of(
          "added", "passkeys.added",
          "renamed", "passkeys.renamed",
          "removed", "passkeys.removed");

  private final Pages pages;
  private final Passkeys passkeys;
  private final Ceremonies ceremonies;
  private final OwnAccount accounts;
  private final RecentSignIn recent;

  PasskeysPage(
      Pages pages,
      Passkeys passkeys,
      Ceremonies ceremonies,
      OwnAccount accounts,
      RecentSignIn recent) {
    this.pages = pages;
    this.passkeys = passkeys;
    this.ceremonies = ceremonies;
    this.accounts = accounts;
    this.recent = recent;
  }

  /**
   * What the page shows.
   *
   * @param addOptions what the browser is asked for a new one, as JSON; null where none is added
   * @param name of a new one
   */
  record Overview(
      CsrfToken csrf,
      @Nullable Notice notice,
      List<Passkey> lines,
      @Nullable String addOptions,
      Field name) {}

  @GetMapping(PATH)
  ResponseEntity<String> show(
      @AuthenticationPrincipal SignedInUser user, CsrfToken csrf, HttpServletRequest request) {
    if (request.getParameter("add") != null || request.getParameter("signed_in_since") != null) {
      return recent.ask(user, PATH, () -> adding(200, user, csrf, "", null));
    }
    var done =
        DONE.entrySet().stream()
            .filter(each -> request.getParameter(each.getKey()) != null)
            .map(each -> Notice.good(each.getValue()))
            .findFirst();
    return list(200, user, csrf, done.orElse(null));
  }

  private ResponseEntity<String> list(
      int status, SignedInUser user, CsrfToken csrf, @Nullable Notice notice) {
    return pages.show(
        status,
        "passkeys",
        new Overview(csrf, notice, passkeys.of(user.id()), null, name("", null)));
  }

  @PostMapping(PATH)
  ResponseEntity<String> change(
      @AuthenticationPrincipal SignedInUser user,
      CsrfToken csrf,
      @RequestParam(defaultValue = "") String remove,
      @RequestParam(defaultValue = "") String rename,
      @RequestParam(defaultValue = "") String name,
      @RequestParam(defaultValue = "") String credential) {
    if (!remove.isEmpty()) {
      QueryParameters.uuid(remove)
          .filter(id -> passkeys.remove(user.id(), id))
          .ifPresent(_ -> Audit.record("passkey-removed", Outcome.ALLOWED, user.id(), null));
      return back("removed");
    }
    return rename.isEmpty()
        ? recent.ask(user, PATH, () -> add(user, csrf, name.strip(), credential))
        : rename(user, csrf, rename, name.strip());
  }

  private ResponseEntity<String> rename(
      SignedInUser user, CsrfToken csrf, String passkey, String name) {
    var renamed =
        QueryParameters.uuid(passkey)
            .map(id -> passkeys.rename(user.id(), id, name))
            .orElse(Renamed.UNKNOWN);
    return switch (renamed) {
      case DONE -> {
        Audit.record("passkey-renamed", Outcome.ALLOWED, user.id(), null);
        yield back("renamed");
      }
      case BAD_NAME -> list(400, user, csrf, Notice.bad("passkeys.keepsName"));
      case UNKNOWN -> back("");
    };
  }

  private ResponseEntity<String> add(
      SignedInUser user, CsrfToken csrf, String name, String credential) {
    var added = ceremonies.add(user, name, credential);
    Audit.record(
        "passkey-added", added == Added.DONE ? Outcome.ALLOWED : Outcome.REFUSED, user.id(), null);
    return switch (added) {
      case DONE -> back("added");
      case BAD_NAME -> adding(400, user, csrf, name, Message.of("passkeys.badName"));
      case TOO_MANY -> adding(400, user, csrf, name, Message.of("passkeys.tooMany"));
      case REFUSED -> adding(400, user, csrf, name, Message.of("passkeys.unchecked"));
    };
  }

  private ResponseEntity<String> adding(
      int status, SignedInUser user, CsrfToken csrf, String name, @Nullable Message wrong) {
    var email = accounts.read(user).map(Account::email).orElse(user.displayName());
    return pages.showScripted(
        status,
        "passkeys",
        new Overview(
            csrf,
            wrong == null ? null : Notice.bad("passkeys.notAdded"),
            passkeys.of(user.id()),
            ceremonies.creationOptions(user, email),
            name(name, wrong)));
  }

  private static Field name(String name, @Nullable Message wrong) {
    return new Field(
        "name", "field.passkeyName", "text", "off", true, name, "hint.passkeyName", wrong);
  }

  private static ResponseEntity<String> back(String what) {
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .location(URI.create(what.isEmpty() ? PATH : PATH + "?" + what))
        .build();
  }
}
