package io.gatehouse.gateway.composition;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorBody.Problem;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.calls.CallerRequest;
import io.gatehouse.gateway.calls.Callers;
import io.gatehouse.gateway.calls.ServiceAnswer;
import io.gatehouse.gateway.upstreams.UpstreamResponse;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers one composition: {@code {"<part>": …, "missing": []}}. Parts are fetched at once, or
 * after those they depend on; a service's JSON is passed on as it came.
 */
final class CompositionHandler {
  static final String PARTIAL = "X-Partial-Response";
  private static final Set<Integer> REFUSALS = Set.of(401, 403);

  private final Composition composition;
  private final Callers callers;
  private final JsonMapper json;
  private final MeterRegistry meters;

  CompositionHandler(
      Composition composition, Callers callers, JsonMapper json, MeterRegistry meters) {
    this.composition = composition;
    this.callers = callers;
    this.json = json;
    this.meters = meters;
  }

  /** What came of a part: its JSON, or why there is none. */
  private sealed interface Outcome {
    record Found(UpstreamResponse answer) implements Outcome {}

    record Missing(ApiException reason) implements Outcome {}
  }

  private record NamedOutcome(String part, Outcome outcome) {}

  Mono<ServerResponse> answer(ServerRequest request) {
    var unknown =
        request.queryParams().keySet().stream()
            .map(name -> new Problem(name, "is not a known parameter"))
            .toList();
    if (!unknown.isEmpty()) {
      return Mono.error(ApiException.invalid(unknown));
    }
    var caller = callers.open(request.exchange(), composition.deadline());
    var begun = new HashMap<String, Mono<NamedOutcome>>();
    for (var part : composition.parts()) {
      var needed =
          part.dependsOn().stream().map(name -> Objects.requireNonNull(begun.get(name))).toList();
      begun.put(part.name(), fetch(part, needed, caller).cache());
    }
    return caller
        .reserve(composition.parts().size())
        .thenMany(Flux.merge(begun.values()))
        .collectMap(NamedOutcome::part, NamedOutcome::outcome)
        .doOnNext(_ -> caller.tellLimit())
        .flatMap(this::respond);
  }

  private Mono<NamedOutcome> fetch(
      Composition.Part part, List<Mono<NamedOutcome>> needed, CallerRequest caller) {
    return Flux.concat(needed)
        .collectMap(NamedOutcome::part, NamedOutcome::outcome)
        .flatMap(values -> call(part, values, caller))
        .onErrorResume(ApiException.class, reason -> Mono.just(new Outcome.Missing(reason)))
        .map(outcome -> new NamedOutcome(part.name(), outcome));
  }

  private Mono<Outcome> call(
      Composition.Part part, Map<String, Outcome> values, CallerRequest caller) {
    if (values.values().stream().anyMatch(Outcome.Missing.class::isInstance)) {
      return Mono.error(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
    }
    var path =
        part.path()
            .expand(
                name -> name.equals("subject") ? caller.caller().subject() : value(name, values));
    return caller
        .get(part.service(), path, part.timeout())
        .doOnNext(ServiceAnswer::jsonOrThrow)
        .map(Outcome.Found::new);
  }

  /** The value of {@code part.field.field} in what that part answered. */
  private @Nullable String value(String reference, Map<String, Outcome> values) {
    var steps = reference.split("\\.", -1);
    if (!(values.get(steps[0]) instanceof Outcome.Found(UpstreamResponse answer))) {
      throw ApiException.of(ErrorCode.SERVICE_UNAVAILABLE);
    }
    try {
      JsonNode node = json.readTree(answer.body());
      for (var step : List.of(steps).subList(1, steps.length)) {
        node = node.path(step);
      }
      return node.isValueNode() && !node.isNull() ? node.asString() : null;
    } catch (JacksonException unusable) {
      throw ApiException.of(ErrorCode.BAD_GATEWAY, unusable);
    }
  }

  private Mono<ServerResponse> respond(Map<String, Outcome> outcomes) {
    var found = new LinkedHashMap<String, byte[]>();
    var missing = new LinkedHashMap<String, ApiException>();
    for (var part : composition.order()) {
      switch (outcomes.get(part)) {
        case Outcome.Found(UpstreamResponse answer) -> found.put(part, answer.body());
        case Outcome.Missing(ApiException reason) -> missing.put(part, reason);
        case null -> throw new IllegalStateException(part + " has no outcome");
      }
    }
    missing.forEach((part, reason) -> count(part, reason.code()));
    if (found.isEmpty()) {
      return Mono.error(commonRefusal(List.copyOf(missing.values())));
    }
    var response =
        ServerResponse.ok()
            .contentType(MediaType.APPLICATION_JSON)
            .cacheControl(CacheControl.noStore());
    if (!missing.isEmpty()) {
      response.header(PARTIAL, missing.keySet().stream().collect(Collectors.joining(", ")));
    }
    return response.bodyValue(body(found, new ArrayList<>(missing.keySet())));
  }

  /** What every part refused alike is the caller's answer; anything else is an outage. */
  private static ApiException commonRefusal(List<ApiException> reasons) {
    var first = reasons.getFirst();
    var alike =
        reasons.stream()
            .allMatch(
                reason -> reason.code().equals(first.code()) && reason.status() == first.status());
    return alike && REFUSALS.contains(first.status())
        ? first
        : ApiException.of(ErrorCode.SERVICE_UNAVAILABLE);
  }

  private byte[] body(Map<String, byte[]> found, List<String> missing) {
    var out = new ByteArrayOutputStream(1024);
    out.write('{');
    found.forEach(
        (part, value) -> {
          out.writeBytes(json.writeValueAsBytes(part));
          out.write(':');
          out.writeBytes(value);
          out.write(',');
        });
    out.writeBytes("\"missing\":".getBytes(UTF_8));
    out.writeBytes(json.writeValueAsBytes(missing));
    out.write('}');
    return out.toByteArray();
  }

  private void count(String part, String code) {
    meters
        .counter(
            "gatehouse.composition.missing",
            "composition",
            composition.name(),
            "part",
            part,
            "code",
            code)
        .increment();
  }
}
