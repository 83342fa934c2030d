package io.gatehouse.gateway.edge;

import io.gatehouse.gateway.edge.BufferBudget.Verdict;
import io.gatehouse.gateway.request.EdgeExchange;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one connection, or one stream of it, makes the gateway hold, and whether its client still
 * takes what it is sent. It belongs to the connection's event loop.
 */
final class ClientBuffers extends ChannelInboundHandlerAdapter {
  static final String NAME = "gatehouse.buffers";

  /** Each piece of a body keeps the buffer that it was read into. */
  private static final int PIECE_OVERHEAD = 512;

  /** For a client that is only slower than a burst, while the buffers are full. */
  private static final int GRACE_MILLIS = 100;

  private final EdgeRules rules;
  private final BufferBudget budget;
  private final Channel channel;
  private final Outlet outlet;
  private final Share bodies = new Share();
  private final Share answers = new Share();
  private @Nullable HttpHeaders headers;

  /** A part of the budget, of whoever asked first. */
  private final class Share {
    private @Nullable String caller;
    private long bytes;

    Verdict take(long more) {
      var owner = caller == null ? rules.caller(channel.attr(Peer.KEY).get(), headers) : caller;
      var verdict = budget.take(owner, more);
      if (verdict == Verdict.TAKEN) {
        caller = owner;
        bytes += more;
      }
      return verdict;
    }

    void give() {
      if (caller != null) {
        budget.give(caller, bytes);
        caller = null;
        bytes = 0;
      }
    }
  }

  ClientBuffers(EdgeRules rules, BufferBudget budget, Channel channel, Outlet outlet) {
    this.rules = rules;
    this.budget = budget;
    this.channel = channel;
    this.outlet = outlet;
  }

  /** The next request's headers, which may tell whose it is. */
  void asked(HttpHeaders next) {
    headers = next;
  }

  /** A piece of a body arrived. */
  Verdict takePiece(int bytes) {
    return bodies.take(bytes + (long) PIECE_OVERHEAD);
  }

  /** Everything that was asked on this connection is answered. */
  void giveBodies() {
    bodies.give();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    bodies.give();
    answers.give();
  }

  /** The client takes its answer more slowly than it comes, or takes it again. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      answers.give();
      EdgeExchange.resume(channel);
    } else if (answers.take(outlet.pending()) != Verdict.TAKEN) {
      var _ = context.executor().schedule(this::letGoIfSlow, GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
    context.fireChannelWritabilityChanged();
  }

  private void letGoIfSlow() {
    if (!channel.isWritable()) {
      letGo("share");
    }
  }

  /** Ends the connection, or the stream, of a client that does not take its answer. */
  void letGo(String reason) {
    rules.countUnread(reason);
    var _ = channel.close();
  }

  boolean isSending() {
    return outlet.pending() > 0;
  }

  /** For how long the client has taken nothing of what is there for it, in nanoseconds. */
  long stuckFor(long now) {
    return outlet.stuckFor(now);
  }
}
