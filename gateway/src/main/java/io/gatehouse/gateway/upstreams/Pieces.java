package io.gatehouse.gateway.upstreams;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;

/** Buffers that are joined without copying them. */
final class Pieces {
  private static final int MOST_COMPONENTS = 64;

  private Pieces() {}

  /**
   * Takes over both.
   *
   * @param held null when there is nothing yet
   * @return null when there is still nothing
   */
  static @Nullable ByteBuf append(@Nullable ByteBuf held, ByteBuf next) {
    if (!next.isReadable()) {
      next.release();
      return held;
    }
    if (held == null) {
      return next;
    }
    if (held instanceof CompositeByteBuf composite) {
      return composite.addComponent(true, next);
    }
    return next.alloc().compositeBuffer(MOST_COMPONENTS).addComponents(true, held, next);
  }
}
