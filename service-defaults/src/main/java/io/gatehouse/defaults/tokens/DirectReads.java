package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.tokens.DirectRead.Answer;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorRenderer;
import io.gatehouse.defaults.web.NettyErrors;
import io.gatehouse.defaults.web.RequestId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Answers ordinary GETs on Netty's own request, which costs a fraction of Spring's chain of filters
 * and handlers. A request that is refused, conditional, traced or in any way unusual is left to
 * that chain, so rules have one home; what is left here is a verified token and a service's {@link
 * DirectRead}.
 */
final class DirectReads
    implements BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {
  private static final AsciiString CACHING = AsciiString.cached("no-cache, private");
  private static final AsciiString JSON = AsciiString.cached("application/json");
  private static final AsciiString REQUEST_ID = AsciiString.cached(RequestId.HEADER);
  private static final AsciiString TRACE = AsciiString.cached("traceparent");

  /** The end of a {@code traceparent} whose maker keeps no span of it. */
  private static final String NOT_SAMPLED = "-00";

  /** Headers that only Spring's way understands. */
  private static final List<AsciiString> UNUSUAL =
      List.of(
          HttpHeaderNames.IF_MATCH,
          HttpHeaderNames.IF_NONE_MATCH,
          HttpHeaderNames.TRANSFER_ENCODING,
          HttpHeaderNames.EXPECT,
          HttpHeaderNames.UPGRADE,
          HttpHeaderNames.ORIGIN);

  private final AccessTokenDecoder tokens;
  private final List<Measured> reads;
  private final Supplier<BiFunction<HttpServerRequest, HttpServerResponse, Mono<Void>>> usual;
  private final boolean traced;

  /**
   * Serves these reads.
   *
   * @param usual Spring's way
   * @param traced whether requests become spans, which Spring's way makes
   */
  DirectReads(
      AccessTokenDecoder tokens,
      List<DirectRead> reads,
      Supplier<BiFunction<HttpServerRequest, HttpServerResponse, Mono<Void>>> usual,
      MeterRegistry meters,
      boolean traced) {
    this.tokens = tokens;
    this.reads = reads.stream().map(read -> new Measured(read, meters)).toList();
    this.usual = usual;
    this.traced = traced;
  }

  @Override
  public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
    var read = request.method().equals(HttpMethod.GET) ? of(request.uri()) : null;
    var answer = read == null || !isOrdinary(request.requestHeaders()) ? null : ask(read, request);
    if (read == null || answer == null) {
      return usual.get().apply(request, response);
    }
    var id = RequestId.keepOrCreate(request.requestHeaders().get(RequestId.HEADER));
    var start = System.nanoTime();
    return answer
        .onErrorResume(
            failed -> {
              read.failed(failed, start);
              return NettyErrors.send(request, response, failed, id).then(Mono.empty());
            })
        .flatMap(
            found -> {
              read.succeeded(start);
              return send(response, id, found);
            });
  }

  private @Nullable Measured of(String target) {
    for (var read : reads) {
      if (target.startsWith(read.prefix)) {
        return read;
      }
    }
    return null;
  }

  private boolean isOrdinary(HttpHeaders headers) {
    for (var name : UNUSUAL) {
      if (headers.contains(name)) {
        return false;
      }
    }
    var length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null && !length.equals("0")) {
      return false;
    }
    var accepted = headers.get(HttpHeaderNames.ACCEPT);
    return (accepted == null || accepted.equals("*/*") || JSON.contentEquals(accepted))
        && !(traced && mayBeTraced(headers.get(TRACE)));
  }

  /** Only who made the trace may say that this one is not kept. */
  private static boolean mayBeTraced(@Nullable String parent) {
    return parent == null || !parent.endsWith(NOT_SAMPLED);
  }

  /** Null for whatever is to be refused: Spring's way says how. */
  private @Nullable Mono<Answer> ask(Measured read, HttpServerRequest request) {
    try {
      var token =
          BearerHeader.token(request.requestHeaders().getAll(HttpHeaderNames.AUTHORIZATION));
      return token == null
          ? null
          : read.read.read(request.uri().substring(read.prefix.length()), tokens.verify(token));
    } catch (ApiException refused) {
      return null;
    }
  }

  private static Mono<Void> send(HttpServerResponse response, String id, Answer answer) {
    response
        .responseHeaders()
        .set(HttpHeaderNames.CONTENT_TYPE, JSON)
        .set(HttpHeaderNames.CONTENT_LENGTH, String.valueOf(answer.json().length))
        .set(HttpHeaderNames.CACHE_CONTROL, CACHING)
        .set(HttpHeaderNames.ETAG, answer.entityTag())
        .set(REQUEST_ID, id);
    return response.send(Mono.just(Unpooled.wrappedBuffer(answer.json()))).then();
  }

  /** A read with its figures, which are among those of Spring's way. */
  private static final class Measured {
    private final DirectRead read;
    private final String prefix;
    private final MeterRegistry meters;
    private final Timer answered;

    Measured(DirectRead read, MeterRegistry meters) {
      this.read = read;
      this.prefix = read.route().substring(0, read.route().indexOf('{'));
      this.meters = meters;
      this.answered = timer("none", 200, "SUCCESS");
    }

    void succeeded(long start) {
      answered.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }

    void failed(Throwable thrown, long start) {
      var status = ErrorRenderer.translate(thrown).status();
      timer(thrown.getClass().getSimpleName(), status, Outcome.forStatus(status).name())
          .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String exception, int status, String outcome) {
      return Timer.builder("http.server.requests")
          .tag("error", exception)
          .tag("exception", exception)
          .tag("method", "GET")
          .tag("outcome", outcome)
          .tag("status", String.valueOf(status))
          .tag("uri", read.route())
          .register(meters);
    }
  }
}
