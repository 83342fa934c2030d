package io.gatehouse.local.drill;

import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Progress;

/**
 * A fault at work. It is put right once, by the drill or by the end of this process (Ctrl-C),
 * whichever comes first; the other one waits for that.
 */
final class Inflicted implements AutoCloseable {
  private enum State {
    WHOLE,
    BROKEN,
    MENDED
  }

  private final Fault fault;
  private final Progress progress;
  private final Thread undo = new Thread(this::undo);
  private State state = State.WHOLE;

  private Inflicted(Fault fault, Progress progress) {
    this.fault = fault;
    this.progress = progress;
  }

  static Inflicted by(Fault fault, Progress progress) {
    var inflicted = new Inflicted(fault, progress);
    Runtime.getRuntime().addShutdownHook(inflicted.undo);
    return inflicted;
  }

  /** Breaks it, unless the process ends already. */
  synchronized void inflict() {
    if (state == State.WHOLE) {
      state = State.BROKEN;
      fault.inflict();
    }
  }

  synchronized void mend() {
    if (state == State.BROKEN) {
      state = State.MENDED;
      fault.mend();
    }
    state = State.MENDED;
  }

  private void undo() {
    progress.line("Stopped: putting right what was broken");
    try {
      mend();
    } catch (Failure failed) {
      progress.line(String.valueOf(failed.getMessage()));
    }
  }

  /** Puts right what an error left broken. */
  @Override
  public void close() {
    mend();
    try {
      Runtime.getRuntime().removeShutdownHook(undo);
    } catch (IllegalStateException ends) {
      // The process ends already, and the hook does its part.
    }
  }
}
