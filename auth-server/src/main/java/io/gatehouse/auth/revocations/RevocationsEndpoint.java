package io.gatehouse.auth.revocations;

import io.gatehouse.auth.AuthProperties;
import io.gatehouse.auth.revocations.LiveRevocations.RevocationSet;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /internal/revocations}, polled by every gateway; see docs/between-services.md. */
@RestController
class RevocationsEndpoint {
  private final LiveRevocations revocations;
  private final byte[] expected;

  RevocationsEndpoint(LiveRevocations revocations, AuthProperties properties) {
    this.revocations = revocations;
    var credentials = "gateway:" + properties.gatewaySecret();
    this.expected =
        ("Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
            .getBytes(StandardCharsets.US_ASCII);
  }

  @GetMapping("/internal/revocations")
  ResponseEntity<RevocationSet> list(
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization,
      @RequestParam(required = false) @Nullable String since) {
    var given = authorization == null ? "" : authorization;
    if (!MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))) {
      throw ApiException.of(ErrorCode.UNAUTHENTICATED)
          .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"gatehouse\"");
    }
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(revocations.since(since == null ? null : instant(since)));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException notATime) {
      throw ApiException.invalid("since", "must be an RFC 3339 time in UTC");
    }
  }
}
