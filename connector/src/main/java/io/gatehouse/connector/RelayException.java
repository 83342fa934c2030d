package io.gatehouse.connector;

import org.jspecify.annotations.Nullable;

/** Why a relay stopped for now; it is tried again. */
final class RelayException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RelayException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
