package io.gatehouse.connector;

import org.jspecify.annotations.Nullable;

/** A row of an event table as text, whether it was read from the table or from the log. */
interface Columns {

  /** What stands in a column. */
  @Nullable String text(String column);

  /**
   * What must stand in a column.
   *
   * @throws IllegalStateException when nothing does
   */
  default String required(String column) {
    var text = text(column);
    if (text == null) {
      throw new IllegalStateException("an event has no " + column);
    }
    return text;
  }
}
