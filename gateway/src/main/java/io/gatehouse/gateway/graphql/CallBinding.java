package io.gatehouse.gateway.graphql;

import io.gatehouse.gateway.calls.PathTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/**
 * What {@code @call} and {@code @batch} say of a field; see {@code platform.graphqls}.
 *
 * @param input the argument that is the body
 * @param body the arguments that are the body's fields
 * @param at the field of the answer that is the value
 * @param isSignUp whether the call makes an account, which has a limit of its own
 */
record CallBinding(
    String service,
    HttpMethod method,
    PathTemplate path,
    @Nullable String input,
    List<String> body,
    @Nullable String at,
    int pages,
    Duration timeout,
    boolean isSignUp,
    @Nullable Batch batch) {
  /** Before the name of a field of the parent's JSON, in a path. */
  static final String SOURCE = "source.";

  /** How to get the field for several parents at once. */
  record Batch(PathTemplate path, String key, String match, Each each) {}

  /** What each parent gets of the items that match its key. */
  enum Each {
    ONE,
    LIST,
    PAGE
  }

  /** Fields of JSON that it looks at itself, whether or not they are asked for. */
  Set<String> reads() {
    var names = new HashSet<String>();
    if (at != null) {
      names.add(at);
    }
    var inPaths = new ArrayList<>(path.names());
    if (batch != null) {
      names.addAll(List.of(batch.key(), batch.match()));
      inPaths.addAll(batch.path().names());
    }
    inPaths.stream()
        .filter(name -> name.startsWith(SOURCE))
        .forEach(name -> names.add(name.substring(SOURCE.length())));
    return names;
  }

  boolean isRead() {
    return method.equals(HttpMethod.GET);
  }
}
