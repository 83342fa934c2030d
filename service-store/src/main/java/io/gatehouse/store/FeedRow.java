package io.gatehouse.store;

import io.gatehouse.defaults.web.ApiException;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A row of a page: of what the feed knows about the position that the page was asked from, or an
 * event after it. Both come from one statement, so that no promotion falls between them: see
 * docs/decisions/positions-across-promotions.md.
 */
public sealed interface FeedRow<T> {

  /**
   * What is here of the reader's past.
   *
   * @param oldest the oldest transaction that still runs
   * @param last the last event at or before the reader's position; null when there is none
   */
  record Past<T>(long oldest, @Nullable FeedPosition last) implements FeedRow<T> {

    /**
     * Later timelines sort behind earlier ones. So whoever saw an event of one timeline has missed
     * something when a later one's stands at or before it; and an event of a later one than the
     * first is found where it was, or not at all.
     */
    boolean isPastOf(FeedPosition reader) {
      if (reader.transaction() >= oldest) {
        return false;
      }
      var timeline = last == null ? 1 : last.timeline();
      return timeline == reader.timeline();
    }
  }

  /** An event. */
  record Entry<T>(T item) implements FeedRow<T> {}

  /**
   * Reads {@code past}, whether the row is a {@link Past}, and then {@code oldest} and the columns
   * of {@link FeedPosition#read}, or what makes an item.
   */
  static <T> FeedRow<T> read(Readable row, Function<Readable, T> item) {
    return Rows.required(row, "past", Boolean.class)
        ? new Past<>(Long.parseLong(Rows.text(row, "oldest")), FeedPosition.read(row))
        : new Entry<>(item.apply(row));
  }

  /**
   * The events of a page.
   *
   * @throws ApiException RESUME_POINT_UNKNOWN when the reader's position is ahead of the feed or of
   *     another history of it: nobody knows what it missed
   */
  static <T> List<T> after(FeedPosition reader, List<FeedRow<T>> rows) {
    for (var row : rows) {
      if (row instanceof Past<T> past && !past.isPastOf(reader)) {
        throw ApiException.of(FeedError.RESUME_POINT_UNKNOWN);
      }
    }
    return rows.stream()
        .<T>mapMulti(
            (row, keep) -> {
              if (row instanceof Entry<T>(var item)) {
                keep.accept(item);
              }
            })
        .toList();
  }
}
