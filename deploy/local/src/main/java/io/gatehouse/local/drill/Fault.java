package io.gatehouse.local.drill;

/** One thing that breaks, and how it is put right. */
interface Fault {
  /** What is about to happen, for the person who waits. */
  String announcement();

  void inflict();

  /** Puts right what {@link #inflict()} broke, whatever became of it meanwhile. */
  void mend();
}
