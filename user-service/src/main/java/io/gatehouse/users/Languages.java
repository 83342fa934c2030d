package io.gatehouse.users;

import java.util.List;
import java.util.Locale;
import org.springframework.web.reactive.function.server.ServerRequest;

/** The language of mails, by {@code Accept-Language} (RFC 4647 section 3.4). */
final class Languages {
  private static final List<String> KNOWN = List.of("en", "de");
  private static final int MAX_CHARS = 200;

  private Languages() {}

  /** English for whoever asks for neither, or in a way that nobody understands. */
  static String of(ServerRequest request) {
    var wanted = request.headers().firstHeader("Accept-Language");
    if (wanted == null || wanted.length() > MAX_CHARS) {
      return "en";
    }
    try {
      var found = Locale.lookupTag(Locale.LanguageRange.parse(wanted), KNOWN);
      return found == null ? "en" : found;
    } catch (IllegalArgumentException malformed) {
      return "en";
    }
  }
}
