package io.gatehouse.gateway.upstreams;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;

/**
 * What is sent to a service. It can be sent more than once, so its body is in memory; the edge
 * bounds it to 1 MiB.
 *
 * @param uri the path and query as they go on the wire
 * @param headers without hop-by-hop headers; the connection sets Host and Content-Length
 * @param body empty when there is none
 * @param deadline to the response's head, all attempts together
 * @param usualDeadline what such a request has when no other one has used a part of it
 */
record UpstreamRequest(
    HttpMethod method,
    String uri,
    HttpHeaders headers,
    Body body,
    Duration deadline,
    Duration usualDeadline) {

  /** A body's bytes; not an array in the record, whose equality would lie. */
  record Body(java.nio.ByteBuffer bytes) {
    static final Body NONE = new Body(java.nio.ByteBuffer.allocate(0));

    static Body of(byte[] bytes) {
      return of(bytes, bytes.length);
    }

    /** The first {@code size} of these bytes. */
    static Body of(byte[] bytes, int size) {
      return size == 0 ? NONE : new Body(java.nio.ByteBuffer.wrap(bytes, 0, size));
    }

    int size() {
      return bytes.remaining();
    }
  }

  /** RFC 9110 section 9.2.2: sending it twice does no more than sending it once. */
  boolean isIdempotent() {
    return isIdempotent(method.name());
  }

  static boolean isIdempotent(String method) {
    return switch (method) {
      case "GET", "HEAD", "PUT", "DELETE", "OPTIONS" -> true;
      default -> false;
    };
  }
}
