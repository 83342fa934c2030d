package io.gatehouse.gateway.edge;

import java.util.concurrent.TimeUnit;

/**
 * How many frames a client may send that ask for nothing (RFC 9113 section 10.5): settings, pings,
 * priorities, windows opened by single bytes, empty data. A new stream and what is sent on one earn
 * some more, for a client that reads fast has many windows to open.
 */
final class Http2FrameBudget {
  private static final int PER_STREAM = 8;
  private static final int BYTES_PER_FRAME = 1024;

  private final int most;
  private final long nanosPerFrame;
  private long left;
  private long filledAt;
  private int sentBytes;

  /**
   * @param most at once; a tenth of it comes back each second
   * @param now {@link System#nanoTime()}
   */
  Http2FrameBudget(int most, long now) {
    this.most = most;
    this.nanosPerFrame = TimeUnit.SECONDS.toNanos(10) / most;
    this.left = most;
    this.filledAt = now;
  }

  /** One more such frame; false when there were too many. */
  boolean spend(long now) {
    if (left == 0) {
      var earned = (now - filledAt) / nanosPerFrame;
      filledAt += earned * nanosPerFrame;
      left = Math.min(most, earned);
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }

  void streamBegan() {
    earn(PER_STREAM);
  }

  void sent(int bytes) {
    sentBytes += bytes;
    earn(sentBytes / BYTES_PER_FRAME);
    sentBytes %= BYTES_PER_FRAME;
  }

  private void earn(int frames) {
    left = Math.min(most, left + frames);
  }
}
