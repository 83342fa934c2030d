package io.gatehouse.gateway.upstreams;

/** Who waits for the answer to an exchange. One of the first two is called, once, on its loop. */
interface AnswerListener {
  void answered(UpstreamAnswer answer);

  /** The connection failed before there was an answer. */
  void broken(Throwable cause);

  /** {@link #answered} threw this, so nobody else will end what waits for the answer. */
  void failed(UpstreamAnswer answer, Throwable thrown);
}
