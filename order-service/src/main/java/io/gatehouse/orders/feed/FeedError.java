package io.gatehouse.orders.feed;

import io.gatehouse.defaults.web.ApiError;

/** The errors that only readers of the feed and its streams meet. */
enum FeedError implements ApiError {
  RESUME_POINT_UNKNOWN;

  @Override
  public int status() {
    return 409;
  }

  @Override
  public String message() {
    return "Last-Event-ID is ahead of this stream: start without one and read what you missed";
  }
}
