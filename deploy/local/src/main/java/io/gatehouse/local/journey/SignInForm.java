package io.gatehouse.local.journey;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.FormElement;

/**
 * The sign-in form of a page, found by its password field.
 *
 * @param form as a browser reads it
 * @param page where the page is
 */
record SignInForm(FormElement form, URI page) {
  private static final String PASSWORD = "input[type=password]";

  /** The first form on the page that asks for a password. */
  static Optional<SignInForm> on(URI page, String html) {
    return Jsoup.parse(html, page.toString()).forms().stream()
        .filter(form -> form.selectFirst(PASSWORD) != null)
        .findFirst()
        .map(form -> new SignInForm(form, page));
  }

  /** Where it is sent: a form without an action goes to its own page. */
  URI target() {
    var action = form.absUrl("action");
    return action.isEmpty() ? page : URI.create(action);
  }

  /** What a browser sends of it once it is filled in, by field name. */
  Map<String, String> filled(String name, String password) {
    form.select("input:not([type]), input[type=text], input[type=email]").stream()
        .limit(1)
        .forEach(field -> field.val(name));
    form.select(PASSWORD).val(password);
    var fields = new LinkedHashMap<String, String>();
    form.formData().forEach(field -> fields.put(field.key(), field.value()));
    return fields;
  }
}
