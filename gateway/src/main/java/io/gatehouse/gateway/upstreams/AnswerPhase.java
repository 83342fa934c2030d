package io.gatehouse.gateway.upstreams;

/** How far the answer has been handed over. */
enum AnswerPhase {
  /** Nothing came yet. */
  HEAD,
  /** A 1xx answer, which is skipped. */
  INTERIM,
  /** The head came, and the listener is told when this read is done. */
  GATHERING,
  /** The listener has the head, and a reader gets the body. */
  STREAMING,
  /** Handed over, broken or given up. */
  OVER
}
