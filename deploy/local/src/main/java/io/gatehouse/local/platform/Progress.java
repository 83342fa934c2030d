package io.gatehouse.local.platform;

import java.io.PrintWriter;

/** Lines for the person who waits. */
public final class Progress {
  private final PrintWriter out;

  public Progress(PrintWriter out) {
    this.out = out;
  }

  public synchronized void line(String text) {
    out.println(text);
    out.flush();
  }

  void component(String name, String what) {
    line("  %-18s %s".formatted(name, what));
  }
}
