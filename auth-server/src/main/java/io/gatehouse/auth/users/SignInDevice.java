package io.gatehouse.auth.users;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The device that somebody signs in with, as user-service is told of it.
 *
 * @param ip the caller's address as the gateway saw it
 * @param browser the digest of the secret in the browser's cookie; null when it has none
 * @param newBrowser the digest of the secret that it is given if it is not known; null when the
 *     browser is not to be remembered
 */
public record SignInDevice(
    @Nullable String ip, @Nullable String browser, @Nullable String newBrowser) {

  /** Of which nothing but the address is known, and nothing is remembered. */
  public static SignInDevice from(@Nullable String ip) {
    return new SignInDevice(ip, null, null);
  }

  /** The headers that tell it. */
  void describe(HttpHeaders headers) {
    set(headers, "Gatehouse-Browser", browser);
    set(headers, "Gatehouse-New-Browser", newBrowser);
  }

  private static void set(HttpHeaders headers, String name, @Nullable String value) {
    if (value != null) {
      headers.set(name, value);
    }
  }
}
