package io.gatehouse.gateway.edge;

import io.gatehouse.gateway.traffic.Origin;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds out where a request comes from. Forwarded headers count only from a trusted proxy; then the
 * client is the last address of X-Forwarded-For that is not a trusted proxy itself.
 */
@Component
class Origins {
  private static final String FOR = "x-forwarded-for";
  private static final String PROTO = "x-forwarded-proto";
  private static final String HOST = "x-forwarded-host";

  private final TrustedProxies proxies;

  Origins(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  Origin of(Peer peer, boolean secure, HttpHeaders headers) {
    var host = headers.get(HttpHeaderNames.HOST);
    var scheme = secure ? "https" : "http";
    if (!peer.trusted()) {
      return new Origin(peer.ip(), peer.ip(), scheme, host == null ? "" : host);
    }
    var claimedProto = lastOf(headers.get(PROTO));
    var claimedHost = lastOf(headers.get(HOST));
    var chain = String.join(",", headers.getAll(FOR));
    return new Origin(
        client(chain, peer.ip()),
        chain.isEmpty() ? peer.ip() : chain + ", " + peer.ip(),
        scheme(claimedProto, scheme),
        claimedHost != null ? claimedHost : host == null ? "" : host);
  }

  private static String scheme(@Nullable String claimed, String otherwise) {
    return claimed != null && (claimed.equals("https") || claimed.equals("http"))
        ? claimed
        : otherwise;
  }

  private String client(String chain, String peer) {
    var client = peer;
    var end = chain.length();
    while (end > 0) {
      var comma = chain.lastIndexOf(',', end - 1);
      var address = chain.substring(comma + 1, end).strip();
      if (!address.isEmpty()) {
        client = address;
        if (!proxies.contains(address)) {
          break;
        }
      }
      end = comma;
    }
    return client;
  }

  private static @Nullable String lastOf(@Nullable String list) {
    return list == null ? null : list.substring(list.lastIndexOf(',') + 1).strip();
  }
}
