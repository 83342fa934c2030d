package io.gatehouse.users;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.users.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/**
 * What {@code If-Match} asks for (RFC 9110 section 13.1.1): any version, or one of a list.
 *
 * @param versions empty when no listed tag can match, for our strong tags are version numbers
 */
record ExpectedVersion(boolean any, List<Long> versions) {
  static final ExpectedVersion ANY = new ExpectedVersion(true, List.of());
  private static final Pattern TAGS =
      Pattern.compile("\\s*(?:(W/)?\"([\\x21\\x23-\\x7e]*)\"|(\\d+))\\s*(?:,|$)");
  private static final Pattern VERSION = Pattern.compile("[1-9]\\d{0,17}");

  /**
   * The header's meaning. A bare number counts as a tag, as many clients send it.
   *
   * @throws ApiException MALFORMED_REQUEST
   */
  static ExpectedVersion of(HttpHeaders headers) {
    var header = headers.get(HttpHeaders.IF_MATCH);
    if (header == null || header.isEmpty()) {
      return ANY;
    }
    var text = String.join(",", header).trim();
    return text.equals("*") ? ANY : new ExpectedVersion(false, parse(text));
  }

  private static List<Long> parse(String text) {
    var versions = new ArrayList<Long>();
    var tags = TAGS.matcher(text);
    var end = 0;
    while (end < text.length()) {
      if (!tags.region(end, text.length()).lookingAt()) {
        throw ApiException.malformed("If-Match is no list of entity tags");
      }
      end = tags.end();
      var tag = tags.group(2) == null ? tags.group(3) : tags.group(2);
      // Weak tags never match here, and what is no version number was never given out.
      if (tags.group(1) == null && VERSION.matcher(tag).matches()) {
        versions.add(Long.valueOf(tag));
      }
    }
    return versions;
  }

  boolean allows(long version) {
    return any || versions.contains(version);
  }

  /** As a {@code bigint[]} parameter, null for any version. */
  Object parameter() {
    return any ? Database.nothing(Long[].class) : versions.toArray(Long[]::new);
  }
}
