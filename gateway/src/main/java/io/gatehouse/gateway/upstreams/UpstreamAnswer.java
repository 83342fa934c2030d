package io.gatehouse.gateway.upstreams;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import reactor.core.publisher.Flux;

/** A service's answer from its head on. Whoever gets one must consume or discard its body. */
sealed interface UpstreamAnswer {
  HttpResponse head();

  /** Gives the body back unread. */
  void discard();

  /** All of the body came together with the head; the reader releases it. */
  record Whole(HttpResponse head, ByteBuf body) implements UpstreamAnswer {
    @Override
    public void discard() {
      body.release();
    }
  }

  /** The body is still coming; subscribe once. Cancelling closes the connection. */
  record Streamed(HttpResponse head, Flux<ByteBuf> body) implements UpstreamAnswer {
    @Override
    public void discard() {
      body.subscribe(
              buffer -> {
                buffer.release();
              },
              _ -> {
                // Nobody reads it, so nobody misses the rest.
              })
          .dispose();
    }
  }
}
