package io.gatehouse.auth.pages;

import io.gatehouse.auth.keys.Secrets;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The style sheet and the icon, under names that change with their content, so they may be kept for
 * ever.
 */
@RestController
class Assets {
  private final Asset styles =
      Asset.of("pages.css", "css", new MediaType("text", "css", StandardCharsets.UTF_8));
  private final Asset passkeys =
      Asset.of("passkeys.js", "js", new MediaType("text", "javascript", StandardCharsets.UTF_8));
  private final Asset icon = Asset.of("icon.svg", "svg", new MediaType("image", "svg+xml"));

  private record Asset(String name, MediaType type, String content) {
    static Asset of(String file, String extension, MediaType type) {
      try {
        var content =
            new ClassPathResource("assets/" + file).getContentAsString(StandardCharsets.UTF_8);
        var hash = HexFormat.of().formatHex(Secrets.hash(content), 0, 6);
        return new Asset("auth-" + hash + "." + extension, type, content);
      } catch (IOException missing) {
        throw new UncheckedIOException(missing);
      }
    }
  }

  String stylesheet() {
    return "/assets/" + styles.name();
  }

  String passkeys() {
    return "/assets/" + passkeys.name();
  }

  String icon() {
    return "/assets/" + icon.name();
  }

  @GetMapping("/assets/{file}")
  ResponseEntity<String> asset(@PathVariable String file) {
    var asset =
        Stream.of(styles, passkeys, icon)
            .filter(known -> known.name().equals(file))
            .findFirst()
            .orElseThrow(() -> ApiException.of(ErrorCode.NOT_FOUND));
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable())
        .contentType(asset.type())
        .body(asset.content());
  }
}
