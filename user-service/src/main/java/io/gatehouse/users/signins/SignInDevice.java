package io.gatehouse.users.signins;

import org.jspecify.annotations.Nullable;

/**
 * The device that somebody signs in with.
 *
 * @param ip the caller's address as the gateway saw it
 * @param browser the digest of the secret in the browser's cookie; null when it has none
 * @param newBrowser the digest of the secret that the browser is given if it is not known; null
 *     when nothing is to be remembered
 * @param language of a mail about it
 */
public record SignInDevice(
    @Nullable String ip, @Nullable String browser, @Nullable String newBrowser, String language) {
  /** Of which nothing is known. */
  static final SignInDevice UNKNOWN = new SignInDevice(null, null, null, "en");
}
