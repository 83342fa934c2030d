package io.gatehouse.gateway.edge;

import io.netty.channel.Channel;

/** What waits for a client to take it: on a connection, or on one stream of it. */
abstract class Outlet {
  private long mark;
  private long movedAt = System.nanoTime();

  /** Bytes that are not taken yet. */
  abstract long pending();

  /** Another number once the client has taken something; what is added behind changes nothing. */
  abstract long mark();

  /** For how long the client has taken nothing of what is there for it, in nanoseconds. */
  final long stuckFor(long now) {
    if (pending() == 0) {
      movedAt = now;
      return 0;
    }
    var seen = mark();
    if (seen != mark) {
      mark = seen;
      movedAt = now;
    }
    return now - movedAt;
  }

  /** What a connection's socket has not taken. */
  static Outlet ofSocket(Channel channel) {
    return new Outlet() {
      @Override
      long pending() {
        var out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
      }

      @Override
      long mark() {
        var out = channel.unsafe().outboundBuffer();
        return out == null
            ? 0
            : ((long) System.identityHashCode(out.current()) << 32) ^ out.currentProgress();
      }
    };
  }

  /** What is written to a stream and neither the client's window nor the socket has taken. */
  static final class OfStream extends Outlet {
    private long written;
    private long taken;

    void written(int bytes) {
      written += bytes;
    }

    void taken(int bytes) {
      taken += bytes;
    }

    @Override
    long pending() {
      return written - taken;
    }

    @Override
    long mark() {
      return taken;
    }
  }
}
