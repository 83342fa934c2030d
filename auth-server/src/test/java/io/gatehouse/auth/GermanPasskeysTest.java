package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

/** The page of passkeys, and what its script says, for who reads German. */
class GermanPasskeysTest extends PasskeyPagesTest {
  private static final String HEADING = "Ihre Passkeys";

  @Override
  Browser browser() {
    return super.browser().with("Accept-Language", "de");
  }

  @Test
  void passkeys_areAddedRenamedAndRemoved() {
    var ada = signedIn(USERS.readableAccount());
    German.page(ada.get(PAGE), 200, HEADING);

    var asking = German.page(ada.get(PAGE + "?add"), 200, HEADING);
    assertThat(asking.expectFirst("#add-passkey").attr("data-exists"))
        .isEqualTo("Dieses Gerät hat schon einen Passkey für dieses Konto.");
    assertThat(asking.expectFirst("#add-passkey").attr("data-failed"))
        .startsWith("Es ist kein Passkey entstanden.");
    var options = options(ada.get(PAGE + "?add"), "#add-passkey");
    German.page(post(ada, "", device.create(options)), 400, HEADING);
    German.page(post(ada, "Telefon", "{}"), 400, HEADING);
    add(ada, "Telefon");

    var page = German.page(ada.get(PAGE + "?added"), 200, HEADING);
    assertThat(page.select(".note").text()).isEqualTo("Der Passkey ist hinzugefügt.");
    assertThat(page.select("ul.lines p").text())
        .containsPattern("Hinzugefügt am \\d+\\. .* UTC, noch nicht benutzt");
    var id = page.expectFirst("[name=rename]").attr("value");
    var bad = ada.submit(PAGE, PAGE, Map.of("rename", id, "name", ""));
    assertThat(German.page(bad, 400, HEADING).select(".note").text())
        .startsWith("Der Passkey behält seinen Namen");
    assertThat(Browser.location(use(browser()))).endsWith("/login");
    assertThat(Jsoup.parse(ada.get(PAGE).body()).select("ul.lines p").text())
        .containsPattern("zuletzt benutzt am \\d");
    German.page(ada.get(PAGE + "?renamed"), 200, HEADING);
    German.page(ada.get(PAGE + "?removed"), 200, HEADING);
  }
}
