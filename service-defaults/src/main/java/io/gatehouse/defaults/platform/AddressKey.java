package io.gatehouse.defaults.platform;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whose quota an address spends. An IPv6 network of /64 is one subscriber (RFC 6177), who may take
 * any of its addresses; an IPv4 address inside IPv6 counts as itself.
 */
public final class AddressKey {
  private static final int NETWORK_BYTES = 8;

  private AddressKey() {}

  /** Of an address as text: the /64 of an IPv6 one; anything else, also what is none, as it is. */
  public static String of(String ip) {
    return ip.indexOf(':') < 0 ? ip : network(ip);
  }

  private static String network(String ip) {
    var zone = ip.indexOf('%');
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(zone < 0 ? ip : ip.substring(0, zone));
    } catch (IllegalArgumentException noAddress) {
      return ip;
    }
    var octets = address.getAddress();
    return octets.length > 4
        ? HexFormat.of().formatHex(Arrays.copyOf(octets, NETWORK_BYTES)) + "/64"
        : address.getHostAddress();
  }
}
