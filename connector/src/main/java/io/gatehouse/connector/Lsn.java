package io.gatehouse.connector;

import org.postgresql.replication.LogSequenceNumber;

/** Places in the server's write-ahead log. */
final class Lsn {
  private static final long PAGE = 8192;
  private static final long LONGEST_PAGE_HEADER = 40;

  private Lsn() {}

  /** Shape: {@code 0/16B3748}. */
  static long parse(String text) {
    return LogSequenceNumber.valueOf(text).asLong();
  }

  /**
   * The end of the last record when the next one will be written here: behind the header of a page
   * that has not begun, the last one ended where the page before did.
   */
  static long endOfLastRecord(long next) {
    var inPage = next % PAGE;
    return inPage <= LONGEST_PAGE_HEADER ? next - inPage : next;
  }
}
