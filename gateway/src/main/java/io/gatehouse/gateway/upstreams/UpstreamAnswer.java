package io.gatehouse.gateway.upstreams;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/** A service's answer from its head on. Whoever gets one must consume or discard its body. */
sealed interface UpstreamAnswer {
  HttpResponse head();

  /** Gives the body back unread; the rest of one that is being read. */
  void discard();

  /** All of the body came together with the head; the reader releases it. */
  record Whole(HttpResponse head, ByteBuf body) implements UpstreamAnswer {
    @Override
    public void discard() {
      body.release();
    }
  }

  /** The body is still coming; subscribe once. Cancelling closes the connection. */
  record Streamed(HttpResponse head, UpstreamExchange body) implements UpstreamAnswer {
    @Override
    public void discard() {
      body.abandon();
    }
  }
}
