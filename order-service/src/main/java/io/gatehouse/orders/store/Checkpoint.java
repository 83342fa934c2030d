package io.gatehouse.orders.store;

import java.util.UUID;

/**
 * How far another service's feed was followed.
 *
 * @param position the last event that is done; empty text before the first
 * @param stream the last stream that the event after it has changed; zero when none has been yet
 */
public record Checkpoint(String feed, String position, UUID stream) {
  private static final UUID NONE = new UUID(0, 0);

  /** Before the first event. */
  public static Checkpoint start(String feed) {
    return new Checkpoint(feed, "", NONE);
  }

  /** The next event has changed this stream. */
  public Checkpoint within(UUID changed) {
    return new Checkpoint(feed, position, changed);
  }

  /** The event at this position is done. */
  public Checkpoint at(String done) {
    return new Checkpoint(feed, done, NONE);
  }
}
