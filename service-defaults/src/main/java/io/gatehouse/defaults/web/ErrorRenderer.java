package io.gatehouse.defaults.web;

import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Turns every exception of a reactive service into the contract's error body. */
@Order(-2)
public class ErrorRenderer implements WebExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ErrorRenderer.class);

  private final JsonMapper json;

  public ErrorRenderer(JsonMapper json) {
    this.json = json;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
    var response = exchange.getResponse();
    if (response.isCommitted()) {
      return Mono.error(thrown);
    }
    var callers = RequestFault.of(exchange.getRequest(), thrown);
    var error = callers == null ? translate(thrown) : callers;
    var requestId = requestId(exchange);
    if (error.status() == 500) {
      log.atError()
          .addKeyValue("requestId", requestId)
          .setCause(thrown)
          .log("{} {} failed", exchange.getRequest().getMethod(), exchange.getRequest().getPath());
    }
    response.setStatusCode(HttpStatusCode.valueOf(error.status()));
    var headers = response.getHeaders();
    headers.setContentType(MediaType.APPLICATION_JSON);
    headers.setCacheControl("no-store");
    headers.set(RequestId.HEADER, requestId);
    error.headers().forEach(headers::set);
    var body = body(exchange, error, requestId);
    headers.setContentLength(body.length);
    return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
  }

  /** What the answer says; its headers are set, and may be changed for another form. */
  protected byte[] body(ServerWebExchange exchange, ApiException error, String requestId) {
    return json.writeValueAsBytes(ErrorBody.of(error, requestId));
  }

  /** On a management port no filter may have given one. */
  private static String requestId(ServerWebExchange exchange) {
    var known = RequestId.of(exchange);
    return known != null
        ? known
        : RequestId.keepOrCreate(exchange.getRequest().getHeaders().getFirst(RequestId.HEADER));
  }

  /** The platform's error for what Spring, Netty or a handler threw; unknown ones are a 500. */
  public static ApiException translate(Throwable thrown) {
    return switch (thrown) {
      case ApiException api -> api;
      case MethodNotAllowedException method ->
          ApiException.of(ErrorCode.METHOD_NOT_ALLOWED).withHeader("Allow", allowed(method));
      case UnsupportedMediaTypeStatusException type ->
          ApiException.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE)
              .withHeader("Accept", mediaTypes(type.getSupportedMediaTypes()));
      case NotAcceptableStatusException _ -> ApiException.of(ErrorCode.NOT_ACCEPTABLE);
      case DataBufferLimitException _ -> ApiException.of(ErrorCode.PAYLOAD_TOO_LARGE);
      case ResponseStatusException status -> ofStatus(status);
      case DecodingException _ -> ApiException.of(ErrorCode.MALFORMED_REQUEST);
      default -> annotated(thrown);
    };
  }

  private static ApiException ofStatus(ResponseStatusException thrown) {
    if (thrown.getCause() instanceof DataBufferLimitException) {
      return ApiException.of(ErrorCode.PAYLOAD_TOO_LARGE);
    }
    return ofStatus(thrown.getStatusCode().value(), thrown);
  }

  private static ApiException ofStatus(int status, Throwable cause) {
    var code = ErrorCode.ofStatus(status);
    return code == ErrorCode.INTERNAL_ERROR ? ApiException.of(code, cause) : ApiException.of(code);
  }

  private static ApiException annotated(Throwable thrown) {
    var status = AnnotationUtils.findAnnotation(thrown.getClass(), ResponseStatus.class);
    return status == null
        ? ApiException.of(ErrorCode.INTERNAL_ERROR, thrown)
        : ofStatus(status.code().value(), thrown);
  }

  private static String allowed(MethodNotAllowedException thrown) {
    return thrown.getSupportedMethods().stream()
        .map(HttpMethod::name)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String mediaTypes(List<MediaType> types) {
    return types.isEmpty() ? MediaType.APPLICATION_JSON_VALUE : MediaType.toString(types);
  }
}
