package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;

/** Calls services from inside the gateway, for answers that are composed here. */
@Component
public class UpstreamClient {
  private static final int MAX_ANSWER = 4 * 1024 * 1024;

  private final Upstreams upstreams;

  UpstreamClient(Upstreams upstreams) {
    this.upstreams = upstreams;
  }

  /**
   * One call, guarded like proxied traffic: breaker, instance choice, ejection, retries.
   *
   * @param pathAndQuery already encoded
   * @param headers sent as they are, the caller's token and request id among them
   * @param caller whose request it serves: a verified subject or client
   * @param deadline for the whole answer
   * @return the answer; an {@link ApiException} BAD_GATEWAY, SERVICE_UNAVAILABLE or
   *     UPSTREAM_TIMEOUT when there is none
   */
  public Mono<UpstreamResponse> call(
      String service,
      HttpMethod method,
      String pathAndQuery,
      HttpHeaders headers,
      byte @Nullable [] body,
      String caller,
      Duration deadline) {
    return call(service, method, pathAndQuery, headers, body, caller, deadline, _ -> {});
  }

  /**
   * The same, with the answer's bytes counted before they are kept.
   *
   * @param counted told of each piece's length; what it throws ends the call
   */
  public Mono<UpstreamResponse> call(
      String service,
      HttpMethod method,
      String pathAndQuery,
      HttpHeaders headers,
      byte @Nullable [] body,
      String caller,
      Duration deadline,
      IntConsumer counted) {
    var netty = new DefaultHttpHeaders();
    headers.forEach((name, values) -> netty.set(name, values));
    netty.remove(HttpHeaderNames.HOST).remove(HttpHeaderNames.CONTENT_LENGTH);
    var request =
        new UpstreamRequest(
            io.netty.handler.codec.http.HttpMethod.valueOf(method.name()),
            pathAndQuery,
            netty,
            body == null ? UpstreamRequest.Body.NONE : UpstreamRequest.Body.of(body),
            deadline,
            upstreams.guards().deadline());
    return Mono.defer(
            () ->
                UpstreamCall.of(
                    upstreams.named(service),
                    request,
                    caller,
                    HttpResources.get().onServer(true).next(),
                    upstreams.guards()))
        .flatMap(answer -> read(answer, counted))
        .timeout(deadline)
        .onErrorMap(
            TimeoutException.class, late -> ApiException.of(ErrorCode.UPSTREAM_TIMEOUT, late));
  }

  private static Mono<UpstreamResponse> read(UpstreamAnswer answer, IntConsumer counted) {
    var bytes =
        switch (answer) {
          case UpstreamAnswer.Whole whole -> Mono.just(bytes(whole.body(), counted));
          case UpstreamAnswer.Streamed streamed -> join(streamed.body(), counted);
        };
    var headers = new HttpHeaders();
    answer.head().headers().forEach(entry -> headers.add(entry.getKey(), entry.getValue()));
    return bytes.map(all -> new UpstreamResponse(answer.head().status().code(), headers, all));
  }

  private static Mono<byte[]> join(Flux<ByteBuf> body, IntConsumer counted) {
    return body.map(buffer -> bytes(buffer, counted))
        .collect(Unpooled::buffer, UpstreamClient::append)
        .map(ByteBufUtil::getBytes)
        .onErrorMap(
            error -> !(error instanceof ApiException),
            broken -> ApiException.of(ErrorCode.BAD_GATEWAY, broken));
  }

  private static void append(ByteBuf all, byte[] piece) {
    if (all.readableBytes() + piece.length > MAX_ANSWER) {
      throw ApiException.of(ErrorCode.BAD_GATEWAY);
    }
    all.writeBytes(piece);
  }

  private static byte[] bytes(ByteBuf buffer, IntConsumer counted) {
    try {
      counted.accept(buffer.readableBytes());
      return ByteBufUtil.getBytes(buffer);
    } finally {
      buffer.release();
    }
  }
}
