package io.gatehouse.bench;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import reactor.netty.http.server.HttpServer;

/** The least that a read from Redis by HTTP costs on Netty: no token, no rules, no metrics. */
final class Bare {
  private Bare() {}

  /**
   * Serves until it is killed.
   *
   * @param redis its URI
   * @param prefix of the keys; a path's id follows it
   */
  static void run(int port, String redis, String prefix) {
    var commands =
        RedisClient.create(redis)
            .connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE))
            .reactive();
    HttpServer.create()
        .host("127.0.0.1")
        .port(port)
        .handle(
            (request, response) ->
                response
                    .header("content-type", "application/json")
                    .sendByteArray(commands.get(prefix + id(request.uri()))))
        .bindNow()
        .onDispose()
        .block();
  }

  private static String id(String target) {
    return target.substring(target.lastIndexOf('/') + 1);
  }
}
