package io.gatehouse.gateway.graphql;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.JsonBodies;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.gateway.calls.CallerRequest;
import io.gatehouse.gateway.calls.Callers;
import io.gatehouse.gateway.graphql.GraphQlEngine.Answer;
import io.gatehouse.gateway.graphql.GraphQlEngine.Request;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * GraphQL over HTTP (draft of 2025): POST with JSON, GET for queries. A request that did not run is
 * 400 for clients that ask for {@code application/graphql-response+json} and 200 for those that ask
 * for {@code application/json}.
 */
final class GraphQlHandler {
  private static final MediaType GRAPHQL =
      MediaType.parseMediaType("application/graphql-response+json");
  private static final List<MediaType> PRODUCED = List.of(MediaType.APPLICATION_JSON, GRAPHQL);

  /** Bytes of an answer's errors, besides its data. */
  private static final int ERRORS = 256 * 1024;

  /** Values of a body, punctuation in its texts included. */
  private static final int MOST_VALUES = 50_000;

  /** A body is there as bytes, as a text, and in pieces of it. */
  private static final int TEXTS = 4;

  /** Heap of one value of a body, read and converted. */
  private static final int VALUE = 150;

  private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  private final CompletableFuture<GraphQlEngine> engine;
  private final Callers callers;
  private final JsonBodies bodies;
  private final JsonMapper json;
  private final GraphQlProperties limits;

  GraphQlHandler(
      CompletableFuture<GraphQlEngine> engine,
      Callers callers,
      JsonBodies bodies,
      JsonMapper json,
      GraphQlProperties limits) {
    this.engine = engine;
    this.callers = callers;
    this.bodies = bodies;
    this.json = json;
    this.limits = limits;
  }

  Mono<ServerResponse> handle(ServerRequest request) {
    return Mono.defer(() -> answer(request))
        .onErrorResume(ApiException.class, refusal -> refuse(request, refusal));
  }

  private Mono<ServerResponse> answer(ServerRequest request) {
    var caller = callers.open(request.exchange(), limits.deadline());
    var produced = produced(request);
    var byPost = request.method().equals(HttpMethod.POST);
    return (byPost ? posted(request, caller) : got(request, caller))
        .zipWith(Mono.fromFuture(engine, true))
        .publishOn(caller.work())
        .flatMap(both -> both.getT2().run(both.getT1(), caller, byPost))
        .flatMap(answer -> respond(answer, produced, caller));
  }

  private Mono<ServerResponse> respond(Answer answer, MediaType produced, CallerRequest caller) {
    var output = new BoundedOutput(limits.maxAnswer().toBytes() + ERRORS);
    json.writeValue(output, answer.body());
    caller.tellLimit();
    var status = answer.ran() || !produced.equals(GRAPHQL) ? HttpStatus.OK : HttpStatus.BAD_REQUEST;
    var response =
        ServerResponse.status(status)
            .contentType(withCharset(produced))
            .contentLength(output.written())
            .cacheControl(CacheControl.noStore());
    if (caller.isReplay()) {
      response.header(CallerRequest.REPLAYED, "true");
    }
    return response.body(
        (message, _) ->
            message.writeWith(
                Flux.fromIterable(output.pieces())
                    .map(piece -> message.bufferFactory().wrap(piece))));
  }

  private Mono<ServerResponse> refuse(ServerRequest request, ApiException refusal) {
    if (refusal.status() == 401) {
      return Mono.error(refusal);
    }
    var requestId = String.valueOf(RequestId.of(request.exchange()));
    var body = Map.of("errors", List.of(GraphQlErrors.ofRequest(refusal, requestId)));
    var response =
        ServerResponse.status(HttpStatusCode.valueOf(refusal.status()))
            .contentType(withCharset(preferred(request, MediaType.APPLICATION_JSON)))
            .cacheControl(CacheControl.noStore());
    refusal.headers().forEach(response::header);
    return response.bodyValue(json.writeValueAsBytes(body));
  }

  /** Only JSON: no form or plain text that another site's page could send without asking first. */
  private Mono<Request> posted(ServerRequest request, CallerRequest caller) {
    var type = request.headers().contentType();
    if (type.isEmpty() || !MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type.get())) {
      throw ApiException.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send application/json here")
          .withHeader("Accept", MediaType.APPLICATION_JSON_VALUE);
    }
    return bodies
        .bytes(request)
        .publishOn(caller.work())
        .map(
            bytes -> {
              hold(bytes, caller);
              if (!(bodies.tree(bytes) instanceof ObjectNode body)) {
                throw ApiException.malformed("The body must be one object; batches are not taken");
              }
              return new Request(
                  text(body.path("query"), "query"),
                  textOrNull(body.path("operationName"), "operationName"),
                  object(body.path("variables"), "variables", body.path("extensions")));
            });
  }

  /** Counts what becomes of a body: its text, and a node for each value in it. */
  private static void hold(byte[] json, CallerRequest caller) {
    var values = 1;
    for (var octet : json) {
      if (octet == ',' || octet == ':' || octet == '[' || octet == '{') {
        values++;
      }
    }
    if (values > MOST_VALUES) {
      throw ApiException.of(
          ErrorCode.PAYLOAD_TOO_LARGE, "The body must have at most " + MOST_VALUES + " values");
    }
    caller.hold((long) json.length * TEXTS + (long) values * VALUE);
  }

  private Mono<Request> got(ServerRequest request, CallerRequest caller) {
    if (!READS.contains(request.method())) {
      throw ApiException.of(ErrorCode.METHOD_NOT_ALLOWED).withHeader("Allow", "GET, HEAD, POST");
    }
    return Mono.fromSupplier(
            () ->
                new Request(
                    request
                        .queryParam("query")
                        .orElseThrow(() -> ApiException.invalid("query", "must be a text")),
                    request.queryParam("operationName").orElse(null),
                    object(
                        parameter(request, "variables"),
                        "variables",
                        parameter(request, "extensions"))))
        .subscribeOn(caller.work());
  }

  private JsonNode parameter(ServerRequest request, String name) {
    return request
        .queryParam(name)
        .map(text -> bodies.tree(text.getBytes(StandardCharsets.UTF_8)))
        .orElseGet(json::missingNode);
  }

  private static String text(JsonNode value, String name) {
    var text = textOrNull(value, name);
    if (text == null) {
      throw ApiException.invalid(name, "must be a text");
    }
    return text;
  }

  private static @Nullable String textOrNull(JsonNode value, String name) {
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw ApiException.invalid(name, "must be a text");
    }
    return value.asString();
  }

  /** The variables; the extensions are checked for their form and otherwise ignored. */
  private Map<String, Object> object(JsonNode variables, String name, JsonNode extensions) {
    if (!absent(extensions) && !extensions.isObject()) {
      throw ApiException.invalid("extensions", "must be an object");
    }
    if (absent(variables)) {
      return Map.of();
    }
    if (!(variables instanceof ObjectNode object)) {
      throw ApiException.invalid(name, "must be an object");
    }
    @SuppressWarnings("unchecked") // A JSON object's keys are texts.
    Map<String, Object> values = json.convertValue(object, Map.class);
    return values;
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static MediaType produced(ServerRequest request) {
    var chosen = preferred(request, null);
    if (chosen == null) {
      throw ApiException.of(ErrorCode.NOT_ACCEPTABLE, "This resource is " + PRODUCED);
    }
    return chosen;
  }

  /** What the client likes best of what can be produced; JSON when it does not care. */
  private static @Nullable MediaType preferred(
      ServerRequest request, @Nullable MediaType otherwise) {
    var accepted = request.headers().accept();
    if (accepted.isEmpty()) {
      return MediaType.APPLICATION_JSON;
    }
    return accepted.stream()
        .sorted(Comparator.comparingDouble(MediaType::getQualityValue).reversed())
        .flatMap(range -> PRODUCED.stream().filter(range::includes))
        .findFirst()
        .orElse(otherwise);
  }

  private static MediaType withCharset(@Nullable MediaType type) {
    return new MediaType(type == null ? MediaType.APPLICATION_JSON : type, StandardCharsets.UTF_8);
  }
}
