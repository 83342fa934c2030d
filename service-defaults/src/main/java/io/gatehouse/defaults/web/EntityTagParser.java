package io.gatehouse.defaults.web;

import io.gatehouse.defaults.web.Preconditions.EntityTags;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads {@code "*" / #entity-tag} (RFC 9110 sections 8.8.3, 13.1). Empty elements of the list are
 * passed over, as section 5.6.1.2 says; a bare word is refused: taken for no tag, it would let a
 * change through that was meant to be guarded.
 */
final class EntityTagParser {
  private static final Pattern ELEMENT =
      Pattern.compile("[ \\t]*+(?:(W/)?+\"([\\x21\\x23-\\x7e\\x80-\\xff]*+)\")?+[ \\t]*+(?:,|$)");

  private EntityTagParser() {}

  static EntityTags parse(String header, String text) {
    if (text.strip().equals("*")) {
      return new EntityTags(true, List.of(), List.of());
    }
    var strong = new ArrayList<String>();
    var weak = new ArrayList<String>();
    var elements = ELEMENT.matcher(text);
    var end = 0;
    while (end < text.length()) {
      if (!elements.region(end, text.length()).lookingAt()) {
        throw ApiException.invalid(
            header, "must be * or a list of quoted entity tags, such as \"3\"");
      }
      end = elements.end();
      if (elements.group(2) != null) {
        (elements.group(1) == null ? strong : weak).add(elements.group(2));
      }
    }
    return new EntityTags(false, List.copyOf(strong), List.copyOf(weak));
  }
}
