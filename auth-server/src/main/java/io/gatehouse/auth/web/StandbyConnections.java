package io.gatehouse.auth.web;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Connections whose server has become a standby: the pool throws them away, as it does by itself
 * with those that are broken.
 */
public final class StandbyConnections implements SQLExceptionOverride {
  private static final String READ_ONLY = "25006";

  @java.lang.Override
  public SQLExceptionOverride.Override adjudicate(SQLException failed) {
    return isStandbys(failed)
        ? SQLExceptionOverride.Override.MUST_EVICT
        : SQLExceptionOverride.Override.CONTINUE_EVICT;
  }

  /** Whether the server refused because it takes no writes: trying again meets the new primary. */
  public static boolean isStandbys(SQLException failed) {
    return READ_ONLY.equals(failed.getSQLState());
  }
}
