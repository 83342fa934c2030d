package io.gatehouse.store;

import java.util.Comparator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in the order in which a feed may be read without missing what commits late: by
 * transaction, then by position. To readers an opaque text.
 */
public record FeedPosition(long transaction, long position) implements Comparable<FeedPosition> {
  /** Before the first event. */
  public static final FeedPosition START = new FeedPosition(0, 0);

  private static final Comparator<FeedPosition> ORDER =
      Comparator.comparingLong(FeedPosition::transaction).thenComparingLong(FeedPosition::position);
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})\\.([0-9]{1,18})");
  private static final long LAST = 999_999_999_999_999_999L;

  /** After everything that is visible below this transaction. */
  public static FeedPosition below(long transaction) {
    return new FeedPosition(transaction - 1, LAST);
  }

  /** The position that this text means, or null. */
  public static @Nullable FeedPosition parse(String text) {
    var form = FORM.matcher(text);
    return form.matches()
        ? new FeedPosition(Long.parseLong(form.group(1)), Long.parseLong(form.group(2)))
        : null;
  }

  @Override
  public int compareTo(FeedPosition other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return transaction + "." + position;
  }
}
