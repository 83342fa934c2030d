package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.grants.DeviceActivation;
import io.gatehouse.auth.grants.DeviceActivation.Waiting;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Connects a device by the code it shows. A link with the code in it only fills the form: a person
 * always sees what is asked for and presses a button.
 */
@RestController
class ActivatePage {
  private final Page page;
  private final DeviceActivation devices;

  ActivatePage(Page page, DeviceActivation devices) {
    this.page = page;
    this.devices = devices;
  }

  @GetMapping("/activate")
  ResponseEntity<String> show(
      CsrfToken csrf, @RequestParam(name = "user_code", defaultValue = "") String code) {
    if (code.isBlank()) {
      return enterCode(200, Html.NOTHING);
    }
    return devices.find(code).map(waiting -> confirm(csrf, waiting)).orElseGet(this::unknown);
  }

  @PostMapping("/activate")
  ResponseEntity<String> decide(
      @AuthenticationPrincipal SignedInUser user,
      @RequestParam(name = "user_code", defaultValue = "") String code,
      @RequestParam(defaultValue = "deny") String decision) {
    var allow = decision.equals("allow");
    return switch (devices.decide(code, user, allow)) {
      case CONNECTED -> {
        Audit.record("device-activation", Outcome.ALLOWED, user.id(), null);
        yield page.show("Device connected", Page.good("Go back to your device; it is signed in."));
      }
      case TURNED_AWAY -> {
        Audit.record("device-activation", Outcome.REFUSED, user.id(), null);
        yield page.show("Device turned away", Html.of("<p>Nothing was given to it.</p>"));
      }
      case UNKNOWN -> unknown();
    };
  }

  private ResponseEntity<String> unknown() {
    return enterCode(
        400, Page.bad("No device waits with this code. It may have expired; try anew."));
  }

  /** What was typed is not shown again: it is nobody's code, and may be anybody's text. */
  private ResponseEntity<String> enterCode(int status, Html notice) {
    return page.show(
        status,
        "Connect a device",
        Html.of(
            """
            %s<p>Enter the code that the device shows.</p>
            <form method="get" action="/activate">
            <div class="field"><label for="user_code">Code</label>
            <input class="code" id="user_code" name="user_code" type="text" \
            autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" \
            maxlength="16" required autofocus></div>
            <button type="submit">Go on</button></form>
            """,
            notice));
  }

  private ResponseEntity<String> confirm(CsrfToken csrf, Waiting waiting) {
    return page.show(
        "Connect this device?",
        Html.of(
            """
            <p><strong>%s</strong> with the code <code>%s</code> asks to act for you:</p>
            %s
            <p class="soft">Go on only if you started this yourself and the codes are the same.</p>
            <form method="post" action="/activate">%s%s
            <button type="submit" name="decision" value="allow">Connect</button>
            <button type="submit" name="decision" value="deny" class="second">Turn away</button>
            </form>
            """,
            waiting.clientName(),
            waiting.userCode(),
            Scopes.list(waiting.scopes()),
            Page.csrf(csrf),
            Page.hidden("user_code", waiting.userCode())));
  }
}
