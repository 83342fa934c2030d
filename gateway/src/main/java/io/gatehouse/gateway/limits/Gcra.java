package io.gatehouse.gateway.limits;

/**
 * The arithmetic of one limit, in nanoseconds of a monotonic clock.
 *
 * @param interval between two requests at the steady rate
 * @param burst requests that may come at once
 */
record Gcra(long interval, int burst) {

  static Gcra of(int rate, int burst) {
    return new Gcra(Math.round(1e9 / rate), burst);
  }

  /** How far TAT may be ahead of now. */
  long tolerance() {
    return interval * burst;
  }

  /** How many requests conform at {@code now}. */
  int available(long tat, long now) {
    var ahead = Math.max(0, tat - now);
    return (int) Math.max(0, (tolerance() - ahead) / interval);
  }

  /** The TAT after {@code count} conforming requests. */
  long spend(long tat, long now, int count) {
    return (tat - now > 0 ? tat : now) + count * interval;
  }

  /** Until one more request conforms; 0 when it does now. */
  long untilNext(long tat, long now) {
    return Math.max(0, tat + interval - now - tolerance());
  }
}
