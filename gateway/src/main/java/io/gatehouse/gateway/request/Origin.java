package io.gatehouse.gateway.request;

/**
 * Where a request comes from, as far as the gateway believes it.
 *
 * @param ip the client's address, without what untrusted peers claim
 * @param chain for X-Forwarded-For: the client's address and the trusted proxies after it
 * @param scheme as the client used it, {@code http} or {@code https}
 * @param host as the client named it, with the port when it gave one
 */
public record Origin(String ip, String chain, String scheme, String host) {

  public boolean isSecure() {
    return scheme.equals("https");
  }

  /** The port that the client named, or its scheme's. */
  public String port() {
    var colon = host.lastIndexOf(':');
    if (colon > host.lastIndexOf(']')) {
      return host.substring(colon + 1);
    }
    return isSecure() ? "443" : "80";
  }
}
