package io.gatehouse.local.journey;

/** Something on the way was not as promised. */
public final class JourneyFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JourneyFailed(String what) {
    super(what);
  }

  public JourneyFailed(String what, Throwable cause) {
    super(what, cause);
  }
}
