package io.gatehouse.gateway.edge;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;

/** What the edge adds to the head of every answer, wherever in the gateway it was made. */
final class AnswerHead {
  private AnswerHead() {}

  /**
   * Completes it.
   *
   * @return false for one like 100 that another will follow; it stays as it is
   */
  static boolean completes(HttpResponse response, Channel channel) {
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      return false;
    }
    if (!response.headers().contains(HttpHeaderNames.DATE)) {
      response.headers().set(HttpHeaderNames.DATE, HttpDate.now());
    }
    Codings.nameKnown(response, channel);
    return true;
  }
}
