package io.gatehouse.store;

import io.r2dbc.spi.Readable;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in the order in which a feed may be read without missing what commits late: by
 * transaction, then by position. To readers an opaque text.
 *
 * @param timeline of the server when the event was written; 1 before its first promotion, and where
 *     nobody noted it
 */
public record FeedPosition(long transaction, long position, int timeline)
    implements Comparable<FeedPosition> {
  /** Before the first event. */
  public static final FeedPosition START = new FeedPosition(0, 0, 1);

  private static final Comparator<FeedPosition> ORDER =
      Comparator.comparingLong(FeedPosition::transaction)
          .thenComparingLong(FeedPosition::position)
          .thenComparingInt(FeedPosition::timeline);
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,18})\\.([0-9]{1,18})(?:-([1-9][0-9]{0,8}))?");

  /** The position that this text means, or null. */
  public static @Nullable FeedPosition parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return null;
    }
    var timeline = form.group(3);
    return new FeedPosition(
        Long.parseLong(form.group(1)),
        Long.parseLong(form.group(2)),
        timeline == null ? 1 : Integer.parseInt(timeline));
  }

  /**
   * Of the columns {@code xid} as text, {@code position}, {@code timeline}; null without an xid.
   */
  public static @Nullable FeedPosition read(Readable row) {
    var xid = row.get("xid", String.class);
    return xid == null
        ? null
        : new FeedPosition(
            Long.parseLong(xid),
            Rows.required(row, "position", Long.class),
            Rows.number(row, "timeline"));
  }

  @Override
  public int compareTo(FeedPosition other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return transaction + "." + position + (timeline == 1 ? "" : "-" + timeline);
  }
}
