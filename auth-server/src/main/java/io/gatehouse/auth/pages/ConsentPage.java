package io.gatehouse.auth.pages;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.defaults.ApiException;
import java.util.Arrays;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Asks whether a third party's client may have what it asks for. Our own clients are not asked. */
@RestController
class ConsentPage {
  private final Page page;
  private final Clients clients;

  ConsentPage(Page page, Clients clients) {
    this.page = page;
    this.clients = clients;
  }

  @GetMapping("/oauth2/consent")
  ResponseEntity<String> ask(
      @RequestParam(name = "client_id") String clientId,
      @RequestParam String scope,
      @RequestParam String state) {
    var client = clients.findByClientId(clientId);
    if (client == null) {
      throw ApiException.invalid("client_id", "is unknown");
    }
    var choices =
        Arrays.stream(scope.split(" ", -1))
            .filter(asked -> !asked.isEmpty() && !asked.equals("openid"))
            .map(ConsentPage::choice)
            .toList();
    return page.show(
        "Allow " + client.getClientName() + "?",
        Html.of(
            """
            <p><strong>%s</strong> asks to act for you. Choose what it may do.</p>
            <form method="post" action="/oauth2/authorize">
            <input type="hidden" name="client_id" value="%s">
            <input type="hidden" name="state" value="%s">
            <ul class="scopes">%s</ul>
            <button type="submit">Allow</button></form>
            <form method="post" action="/oauth2/authorize">
            <input type="hidden" name="client_id" value="%s">
            <input type="hidden" name="state" value="%s">
            <button type="submit" class="second">Refuse</button></form>
            """,
            client.getClientName(), clientId, state, Html.join(choices), clientId, state));
  }

  private static Html choice(String scope) {
    return Html.of(
        """
        <li><label class="choice"><input type="checkbox" name="scope" value="%s" checked>
        <span>%s</span></label></li>
        """,
        scope, Scopes.inWords(scope));
  }
}
