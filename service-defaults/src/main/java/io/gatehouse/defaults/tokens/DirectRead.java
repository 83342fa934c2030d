package io.gatehouse.defaults.tokens;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * An ordinary GET that a service can answer without Spring's filters and handlers, whose route
 * stays for every other request of the same path. The bean's presence switches it on.
 */
public interface DirectRead {

  /** The route as metrics name it, with one variable at its end: {@code /api/users/{id}}. */
  String route();

  /**
   * What the request is answered with, or the error as a handler would give it.
   *
   * @param id all that the request's target has in the variable's place, as it was sent; what is no
   *     id of this route, such as one with a query behind it, is none of its requests
   * @param caller who asks, by a verified token
   * @return null when this is none of this route's ordinary requests, or may be refused: it goes
   *     Spring's way
   */
  @Nullable Mono<Answer> read(String id, AccessToken caller);

  /**
   * A 200.
   *
   * @param entityTag with its quotes
   * @param json the body; sent, not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Answer(String entityTag, byte[] json) {}
}
