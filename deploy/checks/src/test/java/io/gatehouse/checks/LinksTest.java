package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every link of the documents leads to a file, and to a heading of it, that is there. */
class LinksTest {
  private static final Pattern LINK =
      Pattern.compile("]\\((?![a-z]+:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");

  @Test
  void link_leadsSomewhere_always() {
    var tracked = Checkout.run("git", "ls-files", "*.md");
    assumeTrue(tracked.code() == 0, "not a git checkout: links are not looked at");
    var followed = 0;
    var broken = new ArrayList<String>();
    for (var name : tracked.output().lines().toList()) {
      var document = Checkout.path(name);
      if (!Files.exists(document)) {
        continue; // Deleted, and not committed yet.
      }
      var links = LINK.matcher(CODE.matcher(Checkout.read(document)).replaceAll(""));
      while (links.find()) {
        followed++;
        var target =
            links.group(1).isEmpty()
                ? document
                : document.resolveSibling(links.group(1)).normalize();
        var heading = links.group(2);
        if (!Files.exists(target) || (heading != null && !headings(target).contains(heading))) {
          broken.add(name + ": " + links.group());
        }
      }
    }
    assertThat(followed).isGreaterThan(50);
    assertThat(broken).isEmpty();
  }

  /** As GitHub names them: in lower case, without punctuation, hyphens for spaces. */
  private static Set<String> headings(Path document) {
    return HEADING
        .matcher(Checkout.read(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", ""))
        .map(heading -> heading.strip().replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
