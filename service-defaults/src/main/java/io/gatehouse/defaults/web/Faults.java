package io.gatehouse.defaults.web;

import io.gatehouse.defaults.web.ErrorBody.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The faults of one body, the first {@link ApiException#MAX_DETAILS} of them. */
final class Faults {
  private final List<Problem> told = new ArrayList<>();
  private final Set<String> unfit = new HashSet<>();
  private boolean more;

  /** Whether looking for more would be work for nothing. */
  boolean isFull() {
    return more;
  }

  void add(String field, String message) {
    if (told.size() < ApiException.MAX_DETAILS) {
      told.add(new Problem(field, message));
    } else {
      more = true;
    }
  }

  /** A field that was left out, because its value does not fit. */
  void addUnfit(String field, String message) {
    add(field, message);
    if (!more) {
      unfit.add(field);
    }
  }

  /** Whether a fault of this very field is that it was left out. */
  boolean isUnfit(String field) {
    return unfit.contains(field);
  }

  /**
   * Passes when there is none.
   *
   * @throws ApiException VALIDATION_ERROR
   */
  void refuseIfAny() {
    if (!told.isEmpty()) {
      throw ApiException.invalid(told, more);
    }
  }
}
