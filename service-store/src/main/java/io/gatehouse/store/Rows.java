package io.gatehouse.store;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;

/** Columns that are never null. */
public final class Rows {
  private Rows() {}

  public static String text(Readable row, String column) {
    return required(row, column, String.class);
  }

  public static int number(Readable row, String column) {
    return required(row, column, Integer.class);
  }

  /**
   * The column's value.
   *
   * @throws IllegalStateException when it is null
   */
  public static <T> T required(Readable row, String column, Class<T> type) {
    return required(row.get(column, type));
  }

  /** The value, which is not null. */
  public static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the database left out a column that cannot be null");
    }
    return value;
  }
}
