package io.gatehouse.users.cache;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keys that may be older than the database, because Redis did not confirm a write. At most {@link
 * #LIMIT} by name; beyond that, all.
 */
final class Unconfirmed {
  static final int LIMIT = 10_000;

  private final ConcurrentHashMap<UUID, Long> marks = new ConcurrentHashMap<>();
  private final AtomicLong marked = new AtomicLong();
  private final AtomicLong overflow = new AtomicLong();

  /** Must come before the write is acknowledged. */
  void mark(UUID id) {
    var mark = marked.incrementAndGet();
    if (marks.size() < LIMIT) {
      marks.put(id, mark);
    } else {
      overflow.set(mark);
    }
  }

  boolean contains(UUID id) {
    return overflow.get() != 0 || marks.containsKey(id);
  }

  boolean isEmpty() {
    return overflow.get() == 0 && marks.isEmpty();
  }

  int size() {
    return marks.size();
  }

  /** Some of the keys with their marks, to give to {@link #repaired} afterwards. */
  List<Map.Entry<UUID, Long>> some(int count) {
    return marks.entrySet().stream().limit(count).map(Map.Entry::copyOf).toList();
  }

  /** Forgets marks, but not those that were set again meanwhile. */
  void repaired(List<Map.Entry<UUID, Long>> keys) {
    keys.forEach(key -> marks.remove(key.getKey(), key.getValue()));
  }

  /** 0 when every key is known by name; else a mark to give to {@link #allRepaired}. */
  long overflow() {
    return overflow.get();
  }

  /** Every key was made absent after this mark was read. */
  void allRepaired(long mark) {
    overflow.compareAndSet(mark, 0);
  }
}
