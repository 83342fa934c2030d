package io.gatehouse.local;

/** How a drill ends. */
final class FinalLine {
  /** With nothing lost, nothing doubled and everything served again. */
  static final String CLEAN =
      "acknowledged [1-9]\\d*, lost 0, doubled 0, refused \\d+, slowest \\d+\\.\\d s, served again after \\d+\\.\\d s";

  private FinalLine() {}
}
