package io.gatehouse.gateway.edge;

import io.gatehouse.gateway.request.Origin;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds out where a request comes from. Forwarded headers count only from a trusted proxy; then the
 * client is the first address from the right that is not a trusted proxy itself, and nothing left
 * of it is believed or passed on.
 *
 * <p>{@code Forwarded} (RFC 7239) is read when there is no {@code X-Forwarded-For}: a proxy that
 * writes one of them may let the other through as a client wrote it.
 */
@Component
class Origins {
  private static final String FOR = "x-forwarded-for";
  private static final String PROTO = "x-forwarded-proto";
  private static final String HOST = "x-forwarded-host";
  private static final String FORWARDED = "forwarded";

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
    var entries = headers.getAll(FOR);
    var hops = entries.isEmpty() ? forwarded(headers) : Hop.ofForwardedFor(entries);
    var client = peer.ip();
    var chain = peer.ip();
    var told = new Hop(null, lastOf(headers.get(PROTO)), lastOf(headers.get(HOST)));
    for (var hop : hops.reversed()) {
      // Whom nobody can name is not followed further: what a client invents is no address.
      if (hop.address() == null) {
        break;
      }
      client = hop.address().getHostAddress();
      chain = client + ", " + chain;
      told = new Hop(null, or(hop.scheme(), told.scheme()), or(hop.host(), told.host()));
      if (!proxies.contains(hop.address())) {
        break;
      }
    }
    return new Origin(client, chain, scheme(told.scheme(), scheme), host(told.host(), host));
  }

  private static List<Hop> forwarded(HttpHeaders headers) {
    return Hop.ofForwarded(headers.getAll(FORWARDED));
  }

  private static @Nullable String or(@Nullable String first, @Nullable String otherwise) {
    return first == null ? otherwise : first;
  }

  /** RFC 3986 section 3.1: schemes have no case. */
  private static String scheme(@Nullable String claimed, String otherwise) {
    var lower = claimed == null ? "" : claimed.toLowerCase(Locale.ROOT);
    return lower.equals("https") || lower.equals("http") ? lower : otherwise;
  }

  private static String host(@Nullable String claimed, @Nullable String otherwise) {
    if (claimed != null && RequestRules.isHost(claimed)) {
      return claimed;
    }
    return otherwise == null ? "" : otherwise;
  }

  private static @Nullable String lastOf(@Nullable String list) {
    return list == null ? null : list.substring(list.lastIndexOf(',') + 1).strip();
  }
}
