package io.gatehouse.store;

import io.gatehouse.defaults.web.Preconditions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The versions that a change may meet, in the form that a statement compares: our entity tags are
 * version numbers.
 *
 * @param among empty for any version
 * @param notAmong none of these
 */
public record ExpectedVersion(Optional<List<Long>> among, List<Long> notAmong) {
  /** Whatever there is. */
  public static final ExpectedVersion ANY = new ExpectedVersion(Optional.empty(), List.of());

  private static final ExpectedVersion NONE =
      new ExpectedVersion(Optional.of(List.of()), List.of());
  private static final Pattern VERSION = Pattern.compile("[1-9]\\d{0,17}");

  /** What the conditions allow of something that exists. */
  public static ExpectedVersion of(Preconditions conditions) {
    var unwanted = conditions.ifNoneMatch();
    if (unwanted.isPresent() && unwanted.get().any()) {
      return NONE;
    }
    return new ExpectedVersion(
        conditions.ifMatch().filter(tags -> !tags.any()).map(tags -> versions(tags.strong())),
        unwanted.map(tags -> versions(tags.all())).orElse(List.of()));
  }

  /** Tags that are no version number were never given out. */
  private static List<Long> versions(List<String> tags) {
    return tags.stream().filter(tag -> VERSION.matcher(tag).matches()).map(Long::valueOf).toList();
  }

  /** As a {@code bigint[]} parameter, null for any version. */
  public Object amongParameter() {
    return among
        .<Object>map(list -> list.toArray(Long[]::new))
        .orElseGet(() -> Database.nothing(Long[].class));
  }

  /** As a {@code bigint[]} parameter, never null. */
  public Object notAmongParameter() {
    return notAmong.toArray(Long[]::new);
  }
}
