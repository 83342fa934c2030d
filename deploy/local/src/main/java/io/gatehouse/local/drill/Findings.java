package io.gatehouse.local.drill;

import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with what is there.
 *
 * @param losses what was acknowledged and is not there, or not as acknowledged: one sentence each
 * @param doubles what is there more often than it was asked for: one sentence each
 */
public record Findings(List<String> losses, List<String> doubles) {
  static final Findings NONE = new Findings(List.of(), List.of());

  int lost() {
    return losses.size();
  }

  int doubled() {
    return doubles.size();
  }

  /** Whether there is nothing. */
  public boolean isClean() {
    return losses.isEmpty() && doubles.isEmpty();
  }

  Findings and(Findings others) {
    return new Findings(joined(losses, others.losses), joined(doubles, others.doubles));
  }

  private static List<String> joined(List<String> some, List<String> more) {
    var all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }
}
