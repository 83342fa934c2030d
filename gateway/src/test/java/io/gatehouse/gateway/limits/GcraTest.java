package io.gatehouse.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** GCRA against an exact model under a virtual clock. */
class GcraTest {

  /** The model: a bucket that holds {@code burst} and refills continuously. */
  private static final class Bucket {
    private final double interval;
    private final int burst;
    private double level;
    private long last;

    Bucket(Gcra gcra) {
      interval = gcra.interval();
      burst = gcra.burst();
      level = burst;
    }

    boolean take(long now) {
      level = Math.min(burst, level + (now - last) / interval);
      last = now;
      if (level < 1 - 1e-9) {
        return false;
      }
      level -= 1;
      return true;
    }
  }

  @Property(tries = 300)
  void decisions_areTheModels(
      @ForAll @IntRange(min = 1, max = 1000) int rate,
      @ForAll @IntRange(min = 1, max = 200) int burst,
      @ForAll @Size(max = 300) List<@IntRange(max = 50_000_000) Integer> gaps) {
    var gcra = Gcra.of(rate, burst);
    var model = new Bucket(gcra);
    long now = 0;
    long tat = 0;
    var admitted = new ArrayList<Long>();
    for (var gap : gaps) {
      now += gap;
      var conforms = gcra.available(tat, now) > 0;
      assertThat(conforms).isEqualTo(model.take(now));
      assertThat(gcra.untilNext(tat, now) == 0).isEqualTo(conforms);
      if (conforms) {
        tat = gcra.spend(tat, now, 1);
        admitted.add(now);
      }
    }
    for (var from = 0; from < admitted.size(); from++) {
      var window = admitted.getLast() - admitted.get(from);
      assertThat(admitted.size() - from)
          .isLessThanOrEqualTo(burst + (int) (window / gcra.interval()) + 1);
    }
  }
}
