package io.gatehouse.defaults.platform;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Lets the body of an answer go whose head arrived while its call was cancelled. Between the two,
 * Reactor Netty has handed the answer over and nobody takes it: its buffers would never be
 * released.
 */
public final class AbandonedAnswers {
  private AbandonedAnswers() {}

  /** A client for calls that are {@linkplain #released released}. */
  public static HttpClient watched(HttpClient client) {
    return client.doOnResponse(AbandonedAnswers::arrived);
  }

  private static void arrived(HttpClientResponse head, Connection connection) {
    Disposable.@Nullable Swap answer =
        head.currentContextView().getOrDefault(AbandonedAnswers.class, null);
    if (answer != null) {
      // At once, if the call is cancelled already.
      answer.update(() -> letGo(connection));
    }
  }

  /** Drops the body of an answer that nobody reads; without effect where somebody does or did. */
  public static void letGo(Connection connection) {
    connection.inbound().receive().subscribe(_ -> {}, _ -> {}).dispose();
  }

  /**
   * This call by a {@linkplain #watched watched} client, whose answer goes when it is cancelled.
   */
  public static <T> Mono<T> released(Mono<T> call) {
    return Mono.defer(() -> released(call, Disposables.swap()));
  }

  /**
   * The same for a call that leaves its answer with somebody who lets go of it himself: once it is
   * complete, a cancellation means nothing.
   */
  public static Mono<Void> releasedUntilComplete(Mono<Void> call) {
    return Mono.defer(
        () -> {
          var answer = Disposables.swap();
          return released(call.doOnSuccess(_ -> answer.replace(Disposables.never())), answer);
        });
  }

  private static <T> Mono<T> released(Mono<T> call, Disposable.Swap answer) {
    return call.doOnCancel(answer::dispose)
        .contextWrite(context -> context.put(AbandonedAnswers.class, answer));
  }
}
