package io.gatehouse.connector;

import java.util.Locale;

/** Why a table has to be read, as the slot cannot tell what to send. */
enum ResyncReason {
  /** Nothing was ever sent. */
  FIRST,
  /** The server has thrown away log that the slot needed. */
  LOST,
  /** Somebody dropped the slot, or a promotion did not bring it along. */
  MISSING,
  /** Another server: its transactions have other numbers. */
  MOVED;

  /** As metrics and the log name it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
