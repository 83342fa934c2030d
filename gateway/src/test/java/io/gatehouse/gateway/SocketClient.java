package io.gatehouse.gateway;

import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Notes what a WebSocket brings. */
final class SocketClient implements WebSocket.Listener {
  private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> close = new CompletableFuture<>();

  String next() throws InterruptedException {
    return texts.poll(60, TimeUnit.SECONDS);
  }

  String closed() throws Exception {
    return close.get(60, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    texts.add(data.toString());
    return WebSocket.Listener.super.onText(socket, data, last);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    close.complete((status + " " + reason).strip());
    return WebSocket.Listener.super.onClose(socket, status, reason);
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    close.completeExceptionally(error);
  }
}
