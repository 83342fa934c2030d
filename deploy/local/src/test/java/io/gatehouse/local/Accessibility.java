package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.BrowserTab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import tools.jackson.databind.JsonNode;

/** WCAG as far as a program sees it: by axe, in light and in dark, on a desk and on a phone. */
final class Accessibility {
  private static final String AXE = axe();

  private static final String SHOWN =
      "(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none')"
          + "(getComputedStyle(document.activeElement))";

  private Accessibility() {}

  /**
   * Looks at what a tab shows. Nothing may have to be scrolled sideways (1.4.10).
   *
   * @param widths in CSS pixels; 320 are also 1280 at 400 %
   */
  static void check(BrowserTab tab, String view, List<Integer> widths) {
    tab.evaluate(AXE);
    for (var scheme : List.of("light", "dark")) {
      for (var width : widths) {
        scheme(tab, scheme);
        size(tab, width, 900);
        var violations =
            tab.evaluate(
                "axe.run(document, {resultTypes: ['violations']}).then(result =>"
                    + " result.violations.map(one => one.id + ': ' + one.nodes.map(node =>"
                    + " node.html)))");
        assertThat(violations.isArray()).as(view + " was looked at").isTrue();
        assertThat(violations.valueStream().map(JsonNode::asString))
            .as("%s, %s, %d px", view, scheme, width)
            .isEmpty();
        assertThat(tab.evaluate("document.documentElement.scrollWidth").asInt(9999))
            .as("%s at %d px", view, width)
            .isLessThanOrEqualTo(width);
      }
    }
    size(tab, 1280, 900);
  }

  /** Light or dark. */
  static void scheme(BrowserTab tab, String scheme) {
    tab.call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  static void size(BrowserTab tab, int width, int height) {
    tab.call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /**
   * Goes on by the keyboard alone until an element, once it is there, has the focus and shows it.
   */
  static void tabTo(BrowserTab tab, String selector) {
    tab.awaitTrue("document.querySelector('" + selector + "')");
    for (var presses = 0; presses < 60; presses++) {
      if (tab.evaluate("document.activeElement?.matches('" + selector + "') ?? false")
          .asBoolean(false)) {
        assertThat(presses == 0 || tab.evaluate(SHOWN).asBoolean(false))
            .as("the focus of " + selector + " is visible")
            .isTrue();
        return;
      }
      tab.press("Tab");
    }
    throw new AssertionError("the keyboard does not lead to " + selector);
  }

  private static String axe() {
    try {
      var found =
          new PathMatchingResourcePatternResolver()
              .getResources("classpath*:META-INF/resources/webjars/axe-core/*/axe.min.js");
      return found[0].getContentAsString(StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
