package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

/** Calls of a server whose answers begin and never end: it sees who lets go of them. */
class AbandonedAnswersTest {
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final DisposableServer server =
      HttpServer.create()
          .host("127.0.0.1")
          .port(0)
          .handle(
              (_, response) -> {
                response.withConnection(connection -> connection.onDispose(open::decrementAndGet));
                open.incrementAndGet();
                begun.incrementAndGet();
                return response.sendString(
                    Flux.just("begun").concatWith(Mono.never()), StandardCharsets.UTF_8);
              })
          .bindNow();
  private final HttpClient client =
      AbandonedAnswers.watched(HttpClient.create().baseUrl("http://127.0.0.1:" + server.port()));

  @AfterEach
  void stop() {
    server.disposeNow();
  }

  @Test
  void answer_isLetGo_whenItsCallIsCancelledAsItArrives() {
    var call = Disposables.swap();
    call.update(
        AbandonedAnswers.released(
                client
                    .get()
                    .responseConnection(
                        (head, _) -> {
                          call.dispose();
                          return Mono.just(head);
                        })
                    .next())
            .subscribe());

    await().until(() -> begun.get() == 1 && open.get() == 0);
  }

  @Test
  void answer_isLetGo_whenItsCallIsCancelledBeforeItsBodyIsRead() {
    var heads = new AtomicInteger();
    Disposable call =
        AbandonedAnswers.released(
                client.get().responseConnection((head, _) -> Mono.just(head)).next())
            .flatMap(_ -> Mono.<Void>never().doOnSubscribe(_ -> heads.incrementAndGet()))
            .subscribe();
    await().until(() -> heads.get() == 1);
    assertThat(open).hasValue(1);

    call.dispose();

    await().until(() -> open.get() == 0);
  }
}
