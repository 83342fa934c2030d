package io.gatehouse.auth.pages;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.web.PageLanguage;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Asks before signing out. The form's post is taken by Spring Security's filter. Also for
 * applications that send a person without saying who it is (OpenID Connect RP-Initiated Logout
 * section 2: the person is asked).
 */
@RestController
class LogoutPage {
  private static final String CLIENT = "client_id";
  private static final String TARGET = "post_logout_redirect_uri";
  private static final String STATE = "state";

  private final Pages pages;

  LogoutPage(Pages pages) {
    this.pages = pages;
  }

  @GetMapping("/logout")
  ResponseEntity<String> ask(
      CsrfToken csrf,
      @AuthenticationPrincipal @Nullable SignedInUser user,
      HttpServletRequest request) {
    if (user == null) {
      return pages.show("signedOut");
    }
    var kept = new LinkedHashMap<String, String>();
    for (var name : List.of(CLIENT, TARGET, STATE, PageLanguage.PARAMETER)) {
      var value = request.getParameter(name);
      if (value != null) {
        kept.put(name, value);
      }
    }
    return pages.show(200, "signOut", new Form(csrf, user.displayName(), kept));
  }

  /**
   * What the page asks.
   *
   * @param kept hidden fields: what an application sent along
   */
  record Form(CsrfToken csrf, String account, Map<String, String> kept) {}

  /** Where a person lands who signed out: the client's page when it is registered, else ours. */
  @Component
  static class Target {
    private final Clients clients;

    Target(Clients clients) {
      this.clients = clients;
    }

    String of(HttpServletRequest request) {
      var id = request.getParameter(CLIENT);
      var target = request.getParameter(TARGET);
      var client = id == null ? null : clients.findByClientId(id);
      if (client == null
          || target == null
          || !client.getPostLogoutRedirectUris().contains(target)) {
        return PageLanguage.keep(request, "/login?signed-out");
      }
      return UriComponentsBuilder.fromUriString(target)
          .queryParamIfPresent(STATE, Optional.ofNullable(request.getParameter(STATE)))
          .encode()
          .build()
          .toUriString();
    }
  }
}
