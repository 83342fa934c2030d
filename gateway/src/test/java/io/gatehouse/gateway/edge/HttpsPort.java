package io.gatehouse.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import reactor.netty.NettyPipeline;

/** Tells a test where HTTPS is served. */
public final class HttpsPort {
  private final HttpsConnector connector;

  public HttpsPort(HttpsConnector connector) {
    this.connector = connector;
  }

  public int port() {
    return connector.port();
  }

  /** Counts the bytes that the gateway decrypts of a client's connection, from now on. */
  public AtomicLong decrypted(int clientPort) {
    var connection =
        connector.connections().stream()
            .filter(open -> isOf(clientPort, open))
            .findFirst()
            .orElseThrow();
    var counter = new Counter();
    connection.pipeline().addAfter(NettyPipeline.SslHandler, "counter", counter);
    return counter.bytes;
  }

  private static boolean isOf(int clientPort, Channel connection) {
    return connection.remoteAddress() instanceof InetSocketAddress client
        && client.getPort() == clientPort;
  }

  private static final class Counter extends ChannelInboundHandlerAdapter {
    private final AtomicLong bytes = new AtomicLong();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      bytes.addAndGet(message instanceof ByteBuf read ? read.readableBytes() : 0);
      context.fireChannelRead(message);
    }
  }

  public void stop() {
    connector.stop();
  }

  public void start() {
    connector.start();
  }

  /** Stops the connector and starts it again, as a paused application context does. */
  public void restart() {
    connector.stop();
    connector.start();
  }
}
