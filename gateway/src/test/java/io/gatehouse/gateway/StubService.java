package io.gatehouse.gateway;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A service behind the gateway whose answers a test decides; it notes what it was sent. */
public final class StubService implements AutoCloseable {
  private final DisposableServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private volatile BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> answer =
      StubService::ok;

  /** One request as it arrived; header names in lower case. */
  public record Received(String method, String uri, java.util.Map<String, String> headers) {}

  public StubService() {
    server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle(
                (request, response) -> {
                  if (!isPoll(request)) {
                    received.add(note(request));
                  }
                  running.incrementAndGet();
                  return Mono.from(answer.apply(request, response))
                      .doFinally(_ -> running.decrementAndGet());
                })
            .bindNow();
  }

  private static Publisher<Void> ok(HttpServerRequest request, HttpServerResponse response) {
    return response
        .header("content-type", "application/json")
        .header("x-method", request.method().name())
        .sendString(Mono.just("{\"ok\":true}"));
  }

  /** The gateway's own, at any time. */
  private static boolean isPoll(HttpServerRequest request) {
    return request.uri().startsWith("/internal/") || request.uri().equals("/oauth2/jwks");
  }

  private static Received note(HttpServerRequest request) {
    var headers = new java.util.TreeMap<String, String>();
    request
        .requestHeaders()
        .forEach(
            entry ->
                headers.merge(
                    entry.getKey().toLowerCase(java.util.Locale.ROOT),
                    entry.getValue(),
                    (first, second) -> first + "|" + second));
    return new Received(request.method().name(), request.uri(), headers);
  }

  public int port() {
    return server.port();
  }

  public String uri() {
    return "http://127.0.0.1:" + port();
  }

  public void answering(BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> answer) {
    this.answer = answer;
  }

  public void answeringStatus(int status) {
    answering((_, response) -> response.status(status).send());
  }

  /** Closes the connection instead of answering. */
  public static Publisher<Void> hangUp(HttpServerRequest request, HttpServerResponse response) {
    request.withConnection(
        connection -> {
          var _ = connection.channel().close();
        });
    return response.then();
  }

  public void reset() {
    answer = StubService::ok;
    received.clear();
  }

  public List<Received> received() {
    return received;
  }

  public Received last() {
    return received.getLast();
  }

  /** Requests that are being answered right now. */
  public int running() {
    return running.get();
  }

  @Override
  public void close() {
    server.disposeNow();
  }
}
