package io.gatehouse.defaults.web;

import io.gatehouse.defaults.web.ErrorBody.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Reads path and query parameters strictly and collects every broken rule. */
public final class QueryParameters {
  private static final Pattern ID =
      Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

  private final MultiValueMap<String, String> parameters;
  private final List<Problem> problems = new ArrayList<>();

  private QueryParameters(MultiValueMap<String, String> parameters) {
    this.parameters = parameters;
  }

  /** The request's parameters, of which only the known ones may be there, once each. */
  public static QueryParameters of(ServerRequest request, String... known) {
    return in(request.queryParams(), known);
  }

  /** The same where requests are not reactive. */
  public static QueryParameters in(MultiValueMap<String, String> parameters, String... known) {
    var query = new QueryParameters(parameters);
    var names = Set.of(known);
    parameters.forEach(
        (name, values) -> {
          if (!names.contains(name)) {
            query.refuse(name, "is not a known parameter");
          } else if (values.size() > 1) {
            query.refuse(name, "must be given once");
          }
        });
    return query;
  }

  /** How many entries of a list are asked for: {@code limit}, 1 to 100, 20 when it is not given. */
  public int limit() {
    return number("limit", 1, 100, 20);
  }

  /** The same where requests are not reactive. */
  public static void noneIn(MultiValueMap<String, String> parameters) {
    in(parameters).check();
  }

  /** Passes when the request has no parameter at all. */
  public static void none(ServerRequest request) {
    of(request).check();
  }

  /**
   * The id in the path.
   *
   * @throws ApiException MALFORMED_REQUEST
   */
  public static UUID id(ServerRequest request) {
    return uuid(request.pathVariable("id"))
        .orElseThrow(() -> ApiException.malformed("The id in the path is no UUID"));
  }

  /** Whether the parameter was given. */
  public boolean has(String name) {
    return value(name).isPresent();
  }

  private Optional<String> value(String name) {
    return parameters.containsKey(name)
        ? Optional.of(Objects.requireNonNullElse(parameters.getFirst(name), ""))
        : Optional.empty();
  }

  /** A number from min to max; otherwise when the parameter is absent or broken. */
  public int number(String name, int min, int max, int otherwise) {
    return parse(
            name,
            text ->
                Optional.of(text)
                    .filter(digits -> NUMBER.matcher(digits).matches())
                    .map(Integer::valueOf)
                    .filter(number -> number >= min && number <= max),
            "must be a number from " + min + " to " + max)
        .orElse(otherwise);
  }

  /** The distinct ids of a comma-separated list. */
  public List<UUID> ids(String name, int max) {
    var ids = new ArrayList<UUID>();
    for (var text : value(name).orElse("").split(",", max + 2)) {
      uuid(text)
          .ifPresentOrElse(ids::add, () -> refuse(name, "must be a comma-separated list of ids"));
      if (!problems.isEmpty()) {
        return List.of();
      }
    }
    if (ids.size() > max) {
      refuse(name, "must have at most " + max + " ids");
    }
    return ids.stream().distinct().toList();
  }

  /** The parameter as something else; absent when it is absent or broken. */
  public <T> Optional<T> parse(String name, Function<String, Optional<T>> parser, String rule) {
    var value = value(name).flatMap(parser);
    if (value.isEmpty() && has(name)) {
      refuse(name, rule);
    }
    return value;
  }

  /** Adds a broken rule, in the words of a person. */
  public void refuse(String name, String rule) {
    problems.add(new Problem(name, rule));
  }

  /**
   * Ends the reading.
   *
   * @throws ApiException VALIDATION_ERROR with every broken rule
   */
  public void check() {
    if (!problems.isEmpty()) {
      throw ApiException.invalid(problems);
    }
  }

  /** The id of this text; empty when it is none in the usual form. */
  public static Optional<UUID> uuid(String text) {
    return ID.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
  }
}
