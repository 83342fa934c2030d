package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Makes the pictures of the console that README.md shows. */
@Tag("drill")
@ExtendWith(SharedPlatform.class)
class ConsoleScreenshotsIT {
  private static final Path PICTURES = CommandLineRun.ROOT.resolve("docs/images");

  /** The README shows all of them at once. */
  private static final long MOST_BYTES = 150_000;

  @Test
  void pictures_areMade_ofSixViews(RunningPlatform platform) throws Exception {
    var browsers = new Browsers(platform);
    Files.createDirectories(PICTURES);
    try (var browser = browsers.open()) {
      var visitor = new ConsoleVisitor(browser, platform.url());
      visitor.tab().click("#as-grace");
      visitor.awaitSignedIn("grace@example.com");
      for (var name : List.of("Assam", "Darjeeling", "Sencha")) {
        visitor.placeOrder(name);
      }
      visitor.pay();
      visitor.tab().click("#open-ship");
      visitor.tab().fill("#carrier", "DHL");
      visitor.tab().fill("#trackingNumber", "JD014600003");
      visitor.tab().press("Enter");
      visitor.awaitStatus("Shipped");
      visitor.tab().click("#verify");
      visitor.tab().awaitTrue("document.querySelector('#verified.good')");
      visitor.tab().focus("#version");
      visitor.tab().press("ArrowLeft");
      visitor.tab().awaitTrue("document.querySelector('.columns .badge')?.textContent === 'Paid'");
      take(visitor, "order", false);
      visitor.go("#/orders", "document.querySelectorAll('tbody tr').length >= 3");
      take(visitor, "orders", false);
      visitor.go("#/events", "document.querySelectorAll('.events li').length >= 5");
      take(visitor, "events", true);
      visitor.go("#/account", "document.querySelector('section .lines li')");
      take(visitor, "account", false);
      visitor.go("#/clients", "document.querySelectorAll('.lines li').length >= 3");
      take(visitor, "clients", true);
      visitor.go("#/platform", "document.querySelectorAll('polyline.p99').length > 5");
      visitor.awaitPlotOf(3);
      take(visitor, "platform", false);
    }
    try (var made = Files.list(PICTURES)) {
      assertThat(made)
          .hasSize(6)
          .allSatisfy(picture -> assertThat(Files.size(picture)).isBetween(10_000L, MOST_BYTES));
    }
  }

  private static void take(ConsoleVisitor visitor, String name, boolean dark) {
    visitor.scheme(dark ? "dark" : "light");
    visitor.size(1280, 800);
    visitor.tab().call("Page.bringToFront", Map.of());
    visitor.tab().screenshot(PICTURES.resolve("console-" + name + ".png"));
  }
}
