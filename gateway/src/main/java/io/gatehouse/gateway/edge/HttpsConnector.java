package io.gatehouse.gateway.edge;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The same door over TLS 1.2 and 1.3, at the same address, on a port of its own. */
@Component
class HttpsConnector implements SmartLifecycle {
  static {
    // A client may make a TLS 1.2 server compute a handshake again and again. The JDK reads this
    // once, when the first connection is accepted, and has no setting per server.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private static final Logger log = LoggerFactory.getLogger(HttpsConnector.class);

  /** For closing what is still open. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final HttpsProperties properties;
  private final Certificates certificates;
  private final EdgeServer edge;
  private final HttpHandler handler;
  private final @Nullable InetAddress address;
  private final Duration grace;
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile @Nullable ReloadingKeys keys;
  private volatile @Nullable DisposableServer server;
  private volatile @Nullable Disposable checking;

  HttpsConnector(
      HttpsProperties properties,
      Certificates certificates,
      EdgeServer edge,
      HttpHandler handler,
      ServerProperties http,
      LifecycleProperties lifecycle) {
    this.properties = properties;
    this.certificates = certificates;
    this.edge = edge;
    this.handler = handler;
    this.address = http.getAddress();
    this.grace = lifecycle.getTimeoutPerShutdownPhase();
  }

  /** The port in use; -1 when HTTPS is off. */
  int port() {
    var running = server;
    return running == null ? -1 : running.port();
  }

  /** Those that are open. */
  ChannelGroup connections() {
    return open;
  }

  @Override
  public void start() {
    if (properties.port() < 0) {
      return;
    }
    try {
      var context = context();
      server =
          edge.withHttp2(edge.configure(HttpServer.create().bindAddress(this::bindAddress)))
              .secure(spec -> spec.sslContext(context))
              .channelGroup(open)
              .handle(new ReactorHttpHandlerAdapter(handler))
              .bindNow();
      log.info("HTTPS on port {}", port());
    } catch (IOException | GeneralSecurityException failed) {
      if (certificates.areConfigured()) {
        throw new IllegalStateException(
            "gatehouse.tls.certificate and gatehouse.tls.key cannot be used: "
                + failed.getMessage(),
            failed);
      }
      // Plain HTTP behind somebody else's TLS needs none, and a read-only disk holds none.
      log.warn("no HTTPS: a self-signed certificate cannot be made: {}", failed.toString());
      return;
    }
    checking =
        Flux.interval(certificates.check(), Schedulers.boundedElastic())
            .onBackpressureDrop()
            .subscribe(_ -> reload());
  }

  /** One setting, {@code server.address}, says for both connectors which interfaces they serve. */
  private InetSocketAddress bindAddress() {
    return address == null
        ? new InetSocketAddress(properties.port())
        : new InetSocketAddress(address, properties.port());
  }

  private SslContext context() throws IOException, GeneralSecurityException {
    // Null, too, when the connector starts again after a stop.
    var newer = certificates.changed();
    var reloading = keys;
    if (reloading != null && newer != null) {
      reloading.use(newer);
    }
    if (reloading == null) {
      if (newer == null) {
        throw new IOException("no certificate");
      }
      reloading = new ReloadingKeys(newer);
      keys = reloading;
    }
    return SslContextBuilder.forServer(reloading)
        .protocols("TLSv1.3", "TLSv1.2")
        // RFC 9113 section 9.2.2 forbids the others, and nobody needs them for HTTP/1.1 either.
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1))
        .build();
  }

  /** Takes a changed certificate over; a broken one is reported and the old one stays. */
  void reload() {
    var reloading = keys;
    try {
      var newer = certificates.changed();
      if (newer != null && reloading != null) {
        reloading.use(newer);
        log.info("a new certificate is in use");
      }
    } catch (IOException | GeneralSecurityException | IllegalStateException broken) {
      log.error("the new certificate cannot be used, the old one stays: {}", broken.getMessage());
    }
  }

  /** Beside the web server, which stops in the same phase and may take as long. */
  @Override
  public void stop(Runnable stopped) {
    Thread.ofPlatform()
        .name("https-stop")
        .start(
            () -> {
              stop();
              stopped.run();
            });
  }

  /** Lets what is being answered end, HTTP/2 streams too, but not for ever. */
  @Override
  public void stop() {
    var timer = checking;
    if (timer != null) {
      timer.dispose();
    }
    var running = server;
    if (running != null) {
      try {
        running.disposeNow(grace);
      } catch (IllegalStateException late) {
        log.warn("HTTPS requests are broken off: {}", late.getMessage());
      }
      open.close().awaitUninterruptibly(LAST_WORDS.toMillis());
    }
    server = null;
  }

  @Override
  public boolean isRunning() {
    return server != null;
  }

  /** With the web server's graceful stop: after the drain. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 1024;
  }
}
