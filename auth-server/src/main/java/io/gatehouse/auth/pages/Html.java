package io.gatehouse.auth.pages;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/**
 * A piece of HTML. Whatever is put into one is escaped, unless it is itself a piece of HTML; so no
 * page can forget it.
 */
record Html(String text) {
  static final Html NOTHING = new Html("");

  /** Puts the values into the template's {@code %s}, in order. */
  static Html of(String template, @Nullable Object... values) {
    return new Html(template.formatted(Arrays.stream(values).map(Html::escaped).toArray()));
  }

  static Html join(Collection<Html> pieces) {
    return new Html(pieces.stream().map(Html::text).collect(Collectors.joining("\n")));
  }

  private static Object escaped(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Html html -> html.text();
      default -> HtmlUtils.htmlEscape(value.toString(), "UTF-8");
    };
  }
}
