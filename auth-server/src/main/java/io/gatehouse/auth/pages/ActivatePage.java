package io.gatehouse.auth.pages;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.grants.DeviceActivation;
import io.gatehouse.auth.grants.DeviceActivation.Waiting;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import java.util.List;
import java.util.Set;
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
  private final Pages pages;
  private final DeviceActivation devices;

  ActivatePage(Pages pages, DeviceActivation devices) {
    this.pages = pages;
    this.devices = devices;
  }

  @GetMapping("/activate")
  ResponseEntity<String> show(
      CsrfToken csrf, @RequestParam(name = "user_code", defaultValue = "") String code) {
    if (code.isBlank()) {
      return enterCode(200, null);
    }
    return devices
        .find(code)
        .map(waiting -> pages.show(200, "confirmDevice", Form.of(csrf, waiting)))
        .orElseGet(this::unknown);
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
        yield pages.show("deviceConnected");
      }
      case TURNED_AWAY -> {
        Audit.record("device-activation", Outcome.REFUSED, user.id(), null);
        yield pages.show("deviceTurnedAway");
      }
      case UNKNOWN -> unknown();
    };
  }

  private ResponseEntity<String> unknown() {
    return enterCode(400, Notice.bad("device.unknown"));
  }

  private ResponseEntity<String> enterCode(int status, @Nullable Notice notice) {
    return pages.show(status, "enterCode", notice);
  }

  /** What the page asks before a device is let in. */
  record Form(CsrfToken csrf, String client, String userCode, List<String> scopes) {
    private static Form of(CsrfToken csrf, Waiting waiting) {
      var asked = waiting.scopes().isEmpty() ? Set.of("openid") : waiting.scopes();
      return new Form(
          csrf, waiting.clientName(), waiting.userCode(), asked.stream().sorted().toList());
    }
  }
}
