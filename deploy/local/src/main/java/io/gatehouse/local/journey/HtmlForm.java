package io.gatehouse.local.journey;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The sign-in form of a page, found by its password field.
 *
 * @param action where it is sent, as the page says
 * @param hidden the hidden fields, the CSRF token among them
 * @param nameField the field for the email address
 * @param passwordField the field for the password
 */
record HtmlForm(String action, Map<String, String> hidden, String nameField, String passwordField) {
  private static final Pattern FORM =
      Pattern.compile("<form\\b([^>]*)>(.*?)</form>", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern INPUT =
      Pattern.compile("<input\\b([^>]*)>", Pattern.CASE_INSENSITIVE);
  private static final Pattern ATTRIBUTE =
      Pattern.compile("([a-zA-Z-]+)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)')");

  /** The first form on the page that asks for a password. */
  static Optional<HtmlForm> signIn(String page) {
    var forms = FORM.matcher(page);
    while (forms.find()) {
      var hidden = new LinkedHashMap<String, String>();
      var name = "";
      var password = "";
      var inputs = INPUT.matcher(forms.group(2));
      while (inputs.find()) {
        var input = attributes(inputs.group(1));
        var field = input.getOrDefault("name", "");
        switch (input.getOrDefault("type", "text")) {
          case "hidden" -> hidden.put(field, input.getOrDefault("value", ""));
          case "password" -> password = field;
          case "text", "email" -> name = name.isEmpty() ? field : name;
          default -> {}
        }
      }
      if (!password.isEmpty()) {
        var action = attributes(forms.group(1)).getOrDefault("action", "");
        return Optional.of(new HtmlForm(action, hidden, name, password));
      }
    }
    return Optional.empty();
  }

  URI target(URI page) {
    return action.isEmpty() ? page : page.resolve(action);
  }

  /** The form filled in, as a browser sends it. */
  String filled(String name, String password) {
    var fields = new LinkedHashMap<>(hidden);
    fields.put(nameField, name);
    fields.put(passwordField, password);
    return encoded(fields);
  }

  static String encoded(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Map<String, String> attributes(String text) {
    var attributes = new LinkedHashMap<String, String>();
    var found = ATTRIBUTE.matcher(text);
    while (found.find()) {
      var value = found.group(2) == null ? found.group(3) : found.group(2);
      attributes.put(
          found.group(1).toLowerCase(java.util.Locale.ROOT), value.replace("&amp;", "&"));
    }
    return attributes;
  }
}
