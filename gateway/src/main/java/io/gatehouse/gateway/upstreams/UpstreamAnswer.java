package io.gatehouse.gateway.upstreams;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;

/** A service's answer from its head on. Whoever gets one must consume or discard its body. */
sealed interface UpstreamAnswer {
  HttpResponse head();

  /** What came behind the body; empty until that has come. */
  HttpHeaders trailers();

  /** Gives the body back unread; the rest of one that is being read. */
  void discard();

  /** All of the body came together with the head; the reader releases it. */
  record Whole(HttpResponse head, ByteBuf body, HttpHeaders trailers) implements UpstreamAnswer {
    @Override
    public void discard() {
      body.release();
    }
  }

  /** The body is still coming; subscribe once. Cancelling closes the connection. */
  record Streamed(HttpResponse head, UpstreamExchange body) implements UpstreamAnswer {
    @Override
    public HttpHeaders trailers() {
      return body.trailers();
    }

    @Override
    public void discard() {
      body.abandon();
    }
  }
}
