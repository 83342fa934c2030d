package io.gatehouse.gateway.graphql;

import io.gatehouse.defaults.web.ApiException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is written in pieces, up to a limit: nothing large is allocated at once. */
final class BoundedOutput extends OutputStream {
  private static final int PIECE = 16 * 1024;

  private final long most;
  private final List<ByteBuffer> full = new ArrayList<>();
  private ByteBuffer current = ByteBuffer.allocate(1024);
  private long written;

  /**
   * An empty one.
   *
   * @param most bytes that it takes
   */
  BoundedOutput(long most) {
    this.most = most;
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  /**
   * Takes more bytes.
   *
   * @throws ApiException ANSWER_TOO_LARGE
   */
  @Override
  public void write(byte[] from, int offset, int length) {
    written += length;
    if (written > most) {
      throw AnswerBudget.tooLarge(most);
    }
    var at = offset;
    while (at < offset + length) {
      if (!current.hasRemaining()) {
        full.add(current.flip());
        current = ByteBuffer.allocate(PIECE);
      }
      var count = Math.min(current.remaining(), offset + length - at);
      current.put(from, at, count);
      at += count;
    }
  }

  long written() {
    return written;
  }

  /** All pieces; nothing is written after it. */
  List<ByteBuffer> pieces() {
    full.add(current.flip());
    return full;
  }
}
