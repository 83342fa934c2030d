package io.gatehouse.defaults.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * A handler's route table. Functional routes alone answer 404 to a wrong method; this adds what
 * HTTP asks for: 405 with {@code Allow}, 406, and 415 with {@code Accept} for JSON bodies.
 *
 * <pre>{@code
 * ApiRoutes.table()
 *     .get("/api/things/{id}", this::read)
 *     .post("/api/things", this::create)
 *     .build();
 * }</pre>
 */
public final class ApiRoutes {
  private final Map<String, Map<HttpMethod, HandlerFunction<ServerResponse>>> table =
      new LinkedHashMap<>();

  private ApiRoutes() {}

  public static ApiRoutes table() {
    return new ApiRoutes();
  }

  public ApiRoutes get(String pattern, HandlerFunction<ServerResponse> handler) {
    return add(HttpMethod.GET, pattern, producing(MediaType.APPLICATION_JSON, handler));
  }

  /** A GET that answers with server-sent events. */
  public ApiRoutes stream(String pattern, HandlerFunction<ServerResponse> handler) {
    return add(HttpMethod.GET, pattern, producing(MediaType.TEXT_EVENT_STREAM, handler));
  }

  /** A POST with a JSON body. */
  public ApiRoutes post(String pattern, HandlerFunction<ServerResponse> handler) {
    return add(HttpMethod.POST, pattern, consumingJson(handler));
  }

  /** A PUT with a JSON body. */
  public ApiRoutes put(String pattern, HandlerFunction<ServerResponse> handler) {
    return add(HttpMethod.PUT, pattern, consumingJson(handler));
  }

  public ApiRoutes delete(String pattern, HandlerFunction<ServerResponse> handler) {
    return add(HttpMethod.DELETE, pattern, handler);
  }

  /** The routes in the order they were declared; put fixed paths before templates. */
  public RouterFunction<ServerResponse> build() {
    var routes = RouterFunctions.route();
    table.forEach(
        (pattern, methods) ->
            routes.route(RequestPredicates.path(pattern), request -> dispatch(request, methods)));
    return routes.build();
  }

  private ApiRoutes add(
      HttpMethod method, String pattern, HandlerFunction<ServerResponse> handler) {
    var previous =
        table.computeIfAbsent(pattern, _ -> new LinkedHashMap<>()).putIfAbsent(method, handler);
    if (previous != null) {
      throw new IllegalArgumentException(method + " " + pattern + " is declared twice");
    }
    return this;
  }

  private static Mono<ServerResponse> dispatch(
      ServerRequest request, Map<HttpMethod, HandlerFunction<ServerResponse>> methods) {
    var wanted = HttpMethod.HEAD.equals(request.method()) ? HttpMethod.GET : request.method();
    var handler = methods.get(wanted);
    if (handler == null) {
      throw ApiException.of(ErrorCode.METHOD_NOT_ALLOWED).withHeader("Allow", allow(methods));
    }
    return handler.handle(request);
  }

  private static String allow(Map<HttpMethod, HandlerFunction<ServerResponse>> methods) {
    var names = new TreeMap<String, Boolean>();
    methods.keySet().forEach(method -> names.put(method.name(), true));
    if (names.containsKey("GET")) {
      names.put("HEAD", true);
    }
    return names.keySet().stream().collect(Collectors.joining(", "));
  }

  private static HandlerFunction<ServerResponse> producing(
      MediaType type, HandlerFunction<ServerResponse> handler) {
    return request -> {
      var accepted = request.headers().accept();
      if (!accepted.isEmpty() && accepted.stream().noneMatch(type::isCompatibleWith)) {
        throw ApiException.of(ErrorCode.NOT_ACCEPTABLE, "This resource is " + type);
      }
      return handler.handle(request);
    };
  }

  private static HandlerFunction<ServerResponse> consumingJson(
      HandlerFunction<ServerResponse> handler) {
    return producing(
        MediaType.APPLICATION_JSON,
        request -> {
          var type = request.headers().contentType();
          if (type.isEmpty() || !MediaType.APPLICATION_JSON.isCompatibleWith(type.get())) {
            throw ApiException.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send application/json here")
                .withHeader("Accept", MediaType.APPLICATION_JSON_VALUE);
          }
          return handler.handle(request);
        });
  }
}
