package io.gatehouse.local.made;

import io.gatehouse.local.platform.Failure;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The parts of a file that are made, between two lines of comment; the rest is written by hand:
 *
 * <pre>
 *   # made from services.yml by ./gatehouse make: begin NAME
 *   # made from services.yml by ./gatehouse make: end
 * </pre>
 *
 * The comment sign is {@code #}, {@code //} or {@code <!-- … -->}.
 */
final class MarkedRegions {
  private static final String MARK = "made from services.yml by ./gatehouse make:";
  private static final Pattern BEGIN =
      Pattern.compile("\\s*(?:#|//|<!--) " + Pattern.quote(MARK) + " begin ([a-z-]+)(?: -->)?");
  private static final Pattern END =
      Pattern.compile("\\s*(?:#|//|<!--) " + Pattern.quote(MARK) + " end(?: -->)?");

  private MarkedRegions() {}

  /**
   * The text with its regions made anew.
   *
   * @param made the lines of a region, by its name
   * @throws Failure when a region has no end or an end no beginning, or the file has no region
   */
  static String replace(Path path, String text, UnaryOperator<String> made) {
    var result = new StringBuilder();
    var inside = "";
    var regions = 0;
    for (var line : text.lines().toList()) {
      var begin = BEGIN.matcher(line);
      if (END.matcher(line).matches()) {
        require(!inside.isEmpty(), path, "has the end of a region without a beginning");
        inside = "";
      }
      if (inside.isEmpty()) {
        result.append(line).append('\n');
      }
      if (begin.matches()) {
        require(inside.isEmpty(), path, "has no end of the region " + inside);
        inside = begin.group(1);
        result.append(made.apply(inside));
        regions++;
      }
    }
    require(inside.isEmpty(), path, "has no end of the region " + inside);
    require(regions > 0, path, "has no region");
    return result.toString();
  }

  /** Whether a line begins or ends a region. */
  static boolean isMark(String line) {
    return BEGIN.matcher(line).matches() || END.matcher(line).matches();
  }

  private static void require(boolean holds, Path path, String otherwise) {
    if (!holds) {
      throw new Failure(
          "%s %s that is %s put its lines of comment back.".formatted(path, otherwise, MARK));
    }
  }
}
