package io.gatehouse.gateway.graphql;

import static java.nio.charset.StandardCharsets.UTF_8;

import graphql.language.Field;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Node;
import graphql.language.SelectionSet;
import graphql.schema.DataFetchingEnvironment;
import io.gatehouse.defaults.web.ApiException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/**
 * What the conditions of a GraphQL request mean for each change in it. A request with one change
 * stands for the REST call behind it: Idempotency-Key and If-Match go along as they are. Of several
 * changes each gets a key of its own, made of the request's and of its name in the answer, so that
 * the whole request can be repeated; If-Match cannot mean all of them.
 */
final class ChangeHeaders {
  private static final String KEY = "Idempotency-Key";
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,255}");

  private ChangeHeaders() {}

  /**
   * The headers for the change that is being made.
   *
   * @param given the client's
   * @throws ApiException VALIDATION_ERROR when they do not fit a request with several changes
   */
  static HttpHeaders of(DataFetchingEnvironment change, HttpHeaders given) {
    var keys = given.getOrDefault(KEY, List.of());
    var versions = given.getOrDefault(HttpHeaders.IF_MATCH, List.of());
    var headers = new HttpHeaders();
    if (changes(change).size() <= 1) {
      headers.addAll(KEY, keys);
      headers.addAll(HttpHeaders.IF_MATCH, versions);
      return headers;
    }
    if (!versions.isEmpty()) {
      throw ApiException.invalid(HttpHeaders.IF_MATCH, "is for a request with one change");
    }
    if (!keys.isEmpty()) {
      if (keys.size() > 1 || !VISIBLE_ASCII.matcher(keys.getFirst()).matches()) {
        throw ApiException.invalid(KEY, "must be 1 to 255 visible ASCII characters");
      }
      headers.set(KEY, derived(keys.getFirst(), change.getField().getResultKey()));
    }
    return headers;
  }

  private static Set<String> changes(DataFetchingEnvironment environment) {
    var names = new TreeSet<String>();
    collect(environment.getOperationDefinition().getSelectionSet(), environment, names);
    return names;
  }

  /** The text alone decides, not what variables skip: a repeat must find the same keys. */
  private static void collect(
      SelectionSet selections, DataFetchingEnvironment environment, Set<String> names) {
    for (Node<?> selection : selections.getSelections()) {
      switch (selection) {
        case Field field when field.getName().startsWith("__") -> {}
        case Field field -> names.add(field.getResultKey());
        case InlineFragment inline -> collect(inline.getSelectionSet(), environment, names);
        case FragmentSpread spread -> {
          var fragment = environment.getFragmentsByName().get(spread.getName());
          // Validation has found every fragment that is spread.
          collect(Objects.requireNonNull(fragment).getSelectionSet(), environment, names);
        }
        default -> {}
      }
    }
  }

  private static String derived(String key, String change) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest((key + " " + change).getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
