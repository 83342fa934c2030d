package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.grants.DeviceActivation;
import io.gatehouse.auth.grants.DeviceActivation.Waiting;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.SecurityEvents.Outcome;
import org.jspecify.annotations.Nullable;
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
      CsrfToken csrf, @RequestParam(name = "user_code", required = false) @Nullable String code) {
    if (code == null || code.isBlank()) {
      return enterCode(200, "", Html.NOTHING);
    }
    return devices
        .find(code)
        .map(waiting -> confirm(csrf, code, waiting))
        .orElseGet(() -> unknown(code));
  }

  @PostMapping("/activate")
  ResponseEntity<String> decide(
      @AuthenticationPrincipal SignedInUser user,
      @RequestParam(name = "user_code") String code,
      @RequestParam(defaultValue = "allow") String decision) {
    var allow = decision.equals("allow");
    if (!devices.decide(code, user, allow)) {
      return unknown(code);
    }
    Audit.record("device-activation", allow ? Outcome.ALLOWED : Outcome.REFUSED, user.id(), null);
    return allow
        ? page.show("Device connected", Page.good("Go back to your device; it is signed in."))
        : page.show("Device turned away", Html.of("<p>Nothing was given to it.</p>"));
  }

  private ResponseEntity<String> unknown(String code) {
    return enterCode(
        400, code, Page.bad("No device waits with this code. It may have expired; try anew."));
  }

  private ResponseEntity<String> enterCode(int status, String code, Html notice) {
    return page.show(
        status,
        "Connect a device",
        Html.of(
            """
            %s<p>Enter the code that the device shows.</p>
            <form method="get" action="/activate">
            <div class="field"><label for="user_code">Code</label>
            <input class="code" id="user_code" name="user_code" type="text" value="%s" \
            autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" \
            maxlength="16" required autofocus></div>
            <button type="submit">Go on</button></form>
            """,
            notice, code));
  }

  private ResponseEntity<String> confirm(CsrfToken csrf, String code, Waiting waiting) {
    return page.show(
        "Connect this device?",
        Html.of(
            """
            <p><strong>%s</strong> with the code <code>%s</code> asks to act for you:</p>
            %s
            <p class="soft">Go on only if you started this yourself and the codes are the same.</p>
            <form method="post" action="/activate">%s
            <input type="hidden" name="user_code" value="%s">
            <button type="submit" name="decision" value="allow">Connect</button>
            <button type="submit" name="decision" value="deny" class="second">Turn away</button>
            </form>
            """,
            waiting.clientName(), code, Scopes.list(waiting.scopes()), Page.csrf(csrf), code));
  }
}
