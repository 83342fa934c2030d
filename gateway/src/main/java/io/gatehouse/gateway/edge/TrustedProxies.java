package io.gatehouse.gateway.edge;

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

  /** A CIDR range (RFC 4632). */
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
        var network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        var all = network.getAddress().length * 8;
        var bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > all) {
          throw new IllegalArgumentException("prefix length " + bits);
        }
        return new Range(network.getAddress(), bits);
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(
            "gatehouse.trusted-proxies must be CIDR ranges such as 10.0.0.0/8, not " + text, wrong);
      }
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
