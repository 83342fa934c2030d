package io.gatehouse.gateway.calls;

import io.gatehouse.defaults.web.ApiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A path with names in braces: {@code /api/things/{id}?limit={limit}}. A query parameter whose
 * value is missing is left out; a path value is one segment and cannot be missing.
 */
public final class PathTemplate {
  private static final Pattern NAME = Pattern.compile("\\{([A-Za-z][A-Za-z0-9.]*)}");
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final Pattern ID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final String text;
  private final String path;
  private final List<String> query;
  private final Pattern pathValue;

  private PathTemplate(String text, Pattern pathValue) {
    if (!text.startsWith("/") || text.replaceAll(NAME.pattern(), "").matches(".*[{}\\s#].*")) {
      throw new IllegalArgumentException("is not a path such as /api/things/{id}: " + text);
    }
    var question = text.indexOf('?');
    this.text = text;
    this.path = question < 0 ? text : text.substring(0, question);
    this.query = question < 0 ? List.of() : List.of(text.substring(question + 1).split("&", -1));
    this.pathValue = pathValue;
  }

  /** A template whose path values may be any plain segment. */
  public static PathTemplate of(String text) {
    return new PathTemplate(text, SEGMENT);
  }

  /**
   * A template whose path values must be ids (UUIDs), so that a client's value can never turn one
   * resource's path into another's, such as {@code /api/orders/stream}.
   */
  public static PathTemplate ofIds(String text) {
    return new PathTemplate(text, ID);
  }

  /** The value if it is an id; null for anything else. */
  public static @Nullable String idOrNull(@Nullable String value) {
    return value != null && ID.matcher(value).matches() ? value : null;
  }

  /** The names in braces, in order. */
  public List<String> names() {
    return NAME.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /**
   * The path and query with values in place, encoded.
   *
   * @param values a name's value, null when it has none
   * @throws ApiException MALFORMED_REQUEST when a path value is missing or no plain segment
   */
  public String expand(Function<String, @Nullable String> values) {
    var expandedPath = NAME.matcher(path).replaceAll(found -> segment(found.group(1), values));
    var expandedQuery = new ArrayList<String>();
    for (var parameter : query) {
      var matcher = NAME.matcher(parameter);
      if (!matcher.find()) {
        expandedQuery.add(parameter);
        continue;
      }
      var value = values.apply(matcher.group(1));
      if (value != null) {
        expandedQuery.add(
            parameter.substring(0, matcher.start())
                + encode(value)
                + parameter.substring(matcher.end()));
      }
    }
    return expandedQuery.isEmpty()
        ? expandedPath
        : expandedPath + "?" + expandedQuery.stream().collect(Collectors.joining("&"));
  }

  @Override
  public String toString() {
    return text;
  }

  private String segment(String name, Function<String, @Nullable String> values) {
    var value = values.apply(name);
    if (value == null || !pathValue.matcher(value).matches()) {
      throw ApiException.malformed("The value of " + name + " is not an id");
    }
    return Matcher.quoteReplacement(value);
  }

  /** Commas stay: lists of ids would outgrow a request line otherwise. */
  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20").replace("%2C", ",");
  }
}
