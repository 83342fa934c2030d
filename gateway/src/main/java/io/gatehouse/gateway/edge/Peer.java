package io.gatehouse.gateway.edge;

import io.netty.util.AttributeKey;

/**
 * The other end of a connection.
 *
 * @param ip its address as text, which also is the key of its rate limit
 * @param trusted true for a configured proxy, whose forwarded headers count
 */
record Peer(String ip, boolean trusted) {
  static final AttributeKey<Peer> KEY = AttributeKey.valueOf(Peer.class, "peer");
}
