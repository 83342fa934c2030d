package io.gatehouse.gateway.edge;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** The peers whose forwarded headers count; none unless configured. */
@Component
class TrustedProxies {
  private final List<Range> ranges = new ArrayList<>();

  TrustedProxies(TrustProperties properties) {
    for (var text : properties.trustedProxies()) {
      ranges.add(Range.parse(text.strip()));
    }
  }

  boolean contains(InetAddress address) {
    for (var range : ranges) {
      if (range.contains(address.getAddress())) {
        return true;
      }
    }
    return false;
  }

  /**
   * A CIDR range (RFC 4632). Spring Security's InetAddressMatchers would take a negative length and
   * 10.0.0 too, and finds every IPv6 address in 0.0.0.0/0.
   */
  private static final class Range {
    private final byte[] network;
    private final int bits;

    private Range(byte[] network, int bits) {
      this.network = network;
      this.bits = bits;
    }

    static Range parse(String text) {
      var slash = text.indexOf('/');
      try {
        var network = address(slash < 0 ? text : text.substring(0, slash));
        var all = network.length * 8;
        var bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > all) {
          throw new IllegalArgumentException("prefix length " + bits);
        }
        return new Range(network, bits);
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(
            "gatehouse.trusted-proxies must be CIDR ranges such as 10.0.0.0/8, not " + text, wrong);
      }
    }

    /** The JDK takes 10.0.0 for 10.0.0.0, too, which is more likely a slip. */
    private static byte[] address(String text) {
      var address = NetUtil.createByteArrayFromIpAddressString(text);
      if (address == null) {
        throw new IllegalArgumentException("no address");
      }
      return address;
    }

    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      for (var bit = 0; bit < bits; bit += 8) {
        var mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit));
        if (((address[bit / 8] ^ network[bit / 8]) & mask & 0xff) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
