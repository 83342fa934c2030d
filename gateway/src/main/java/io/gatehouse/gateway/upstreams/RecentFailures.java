package io.gatehouse.gateway.upstreams;

import java.util.HashMap;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/**
 * The failures among a service's last ten calls, with whose they were. Says what of them counts for
 * the breaker, and whether one caller alone stands behind it.
 *
 * <p>No caller's failures weigh more than one above those of all others together: of {@code most}
 * by one and {@code rest} by the others, {@code rest + min(most, rest + 1)} are believed.
 */
final class RecentFailures {
  static final int WINDOW = 10;

  private final @Nullable Failure[] last = new Failure[WINDOW];
  private int next;
  private volatile int held;

  /** One of the last calls that failed. */
  private static final class Failure {
    private final boolean isServerError;
    private final boolean wasSent;
    private final String caller;
    private final int route;
    private boolean counted;

    Failure(boolean isServerError, boolean wasSent, String caller, int route) {
      this.isServerError = isServerError;
      this.wasSent = wasSent;
      this.caller = caller;
      this.route = route;
      this.counted = !isServerError;
    }
  }

  /** How many failures there are by the caller with the most of them, and by all others. */
  private record Shares(@Nullable String caller, int most, int rest) {
    int believed() {
      return rest + Math.min(most, rest + 1);
    }
  }

  /** A call was answered. One volatile read while nothing failed lately. */
  void passed() {
    if (held > 0) {
      push(null);
    }
  }

  /**
   * A call failed.
   *
   * @param wasSent false when no connection was made, which no caller can bring about
   */
  void failed(String caller, boolean wasSent) {
    push(new Failure(false, wasSent, caller, 0));
  }

  /**
   * A 500: it counts once several callers got them on several routes, and those before it with it.
   *
   * @param route tells routes apart (see {@link RouteShape})
   * @return how many failures to count now; 0 while it may be the caller's own doing
   */
  synchronized int serverError(String caller, int route) {
    push(new Failure(true, true, caller, route));
    var callers = new HashSet<String>();
    var routes = new HashSet<Integer>();
    var counted = 0;
    for (var failure : last) {
      if (failure != null && failure.isServerError) {
        callers.add(failure.caller);
        routes.add(failure.route);
        counted += failure.counted ? 1 : 0;
      }
    }
    if (callers.size() < 2 || routes.size() < 2) {
      return 0;
    }
    return count(Math.max(0, shares(true).believed() - counted));
  }

  private int count(int due) {
    var left = due;
    for (var failure : last) {
      if (left > 0 && failure != null && !failure.counted) {
        failure.counted = true;
        left--;
      }
    }
    return due - left;
  }

  /** The caller without whom there would be too few failures; null when there is no such one. */
  synchronized @Nullable String onlyCaller() {
    for (var failure : last) {
      if (failure != null && !failure.wasSent) {
        return null;
      }
    }
    var shares = shares(false);
    return shares.rest == 0 || shares.most > shares.rest + 1 ? shares.caller : null;
  }

  private Shares shares(boolean serverErrors) {
    var failures = new HashMap<String, Integer>();
    var total = 0;
    for (var failure : last) {
      if (failure != null && (serverErrors ? failure.isServerError : failure.counted)) {
        failures.merge(failure.caller, 1, Integer::sum);
        total++;
      }
    }
    String caller = null;
    var most = 0;
    for (var entry : failures.entrySet()) {
      if (entry.getValue() > most) {
        caller = entry.getKey();
        most = entry.getValue();
      }
    }
    return new Shares(caller, most, total - most);
  }

  synchronized void clear() {
    for (var i = 0; i < WINDOW; i++) {
      push(null);
    }
  }

  private synchronized void push(@Nullable Failure failure) {
    var change = (failure == null ? 0 : 1) - (last[next] == null ? 0 : 1);
    last[next] = failure;
    next = (next + 1) % WINDOW;
    held += change;
  }
}
