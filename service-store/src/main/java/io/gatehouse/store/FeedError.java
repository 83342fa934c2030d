package io.gatehouse.store;

import io.gatehouse.defaults.web.ApiError;

/** The errors that only readers of a feed and its streams meet. */
public enum FeedError implements ApiError {
  RESUME_POINT_UNKNOWN;

  @Override
  public int status() {
    return 409;
  }

  @Override
  public String message() {
    return "Last-Event-ID is ahead of this stream, or from before a failure that it did not survive: start without one and read what you missed";
  }
}
