package io.gatehouse.auth.pages;

import io.gatehouse.auth.keys.Secrets;
import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The one style sheet, under a name that changes with its content, so it may be kept for ever. */
@RestController
class Assets {
  private final String styles;
  private final String name;

  Assets() throws IOException {
    styles = new ClassPathResource("assets/pages.css").getContentAsString(StandardCharsets.UTF_8);
    name = "auth-" + HexFormat.of().formatHex(Secrets.hash(styles), 0, 6) + ".css";
  }

  String stylesheet() {
    return "/assets/" + name;
  }

  @GetMapping("/assets/{file}")
  ResponseEntity<String> asset(@PathVariable String file) {
    if (!file.equals(name)) {
      throw ApiException.of(ErrorCode.NOT_FOUND);
    }
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable())
        .contentType(new MediaType("text", "css", StandardCharsets.UTF_8))
        .body(styles);
  }
}
