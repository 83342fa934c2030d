package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.platform.AbandonedAnswers;
import io.gatehouse.defaults.platform.InternalTls;
import io.gatehouse.gateway.request.EdgeExchange;
import io.gatehouse.gateway.routes.OwnFilter;
import io.gatehouse.gateway.routes.RouteEntry;
import io.gatehouse.gateway.routes.RouteEntry.Protocol;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

/**
 * The framework's routing to services, over the platform's TLS where an instance has a secure port
 * and over HTTP/2 where the route says so.
 */
final class ServiceRouting extends NettyRoutingFilter implements OwnFilter {
  private final UpstreamTls tls;
  private final ConcurrentMap<Kind, HttpClient> clients = new ConcurrentHashMap<>();

  /** A client for each, because connections are pooled by client. */
  private record Kind(@Nullable String securedAs, @Nullable Protocol protocol) {}

  ServiceRouting(
      HttpClient client,
      ObjectProvider<List<HttpHeadersFilter>> headers,
      HttpClientProperties properties,
      UpstreamTls tls) {
    super(AbandonedAnswers.watched(client), headers, properties);
    this.tls = tls;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return AbandonedAnswers.releasedUntilComplete(super.filter(exchange, chain));
  }

  @Override
  protected HttpClient getHttpClient(Route route, ServerWebExchange exchange) {
    var client = super.getHttpClient(route, exchange);
    var entry = RouteEntry.of(exchange);
    var instance = GuardedRouting.chosen(exchange);
    var kind =
        new Kind(
            instance != null && instance.isSecure() && entry != null ? entry.service() : null,
            entry == null ? null : entry.protocol());
    var speaking =
        kind.securedAs == null && kind.protocol == null
            ? client
            : clients.computeIfAbsent(kind, wanted -> client(client, wanted));
    var edge = EdgeExchange.of(exchange);
    // A copy for this request; which pool it takes connections from stays the same.
    return edge.hasBody()
        ? speaking.doOnRequest(
            (_, connection) -> RequestTrailers.follow(connection.channel(), edge))
        : speaking;
  }

  private HttpClient client(HttpClient client, Kind kind) {
    var protocol = kind.protocol;
    var speaking =
        protocol == null
            ? client
            : client.protocol(
                switch (protocol) {
                  case H2 -> HttpProtocol.H2;
                  case H2C -> HttpProtocol.H2C;
                });
    var service = kind.securedAs;
    return service == null
        ? speaking
        : speaking.secure(
            spec ->
                spec.sslContext(tls.context())
                    .handlerConfigurator(handler -> expect(handler, service, protocol)));
  }

  private static void expect(SslHandler handler, String service, @Nullable Protocol protocol) {
    var expected = InternalTls.expecting(service);
    if (protocol == Protocol.H2) {
      expected.setApplicationProtocols(new String[] {"h2"});
    }
    handler.engine().setSSLParameters(expected);
  }

  /** What the framework's configuration would make, were it not switched off for this. */
  @Configuration(proxyBeanMethods = false)
  static class Beans {
    @Bean
    ServiceRouting routingFilter(
        HttpClient client,
        ObjectProvider<List<HttpHeadersFilter>> headers,
        HttpClientProperties properties,
        UpstreamTls tls) {
      return new ServiceRouting(client, headers, properties, tls);
    }

    @Bean
    NettyWriteResponseFilter nettyWriteResponseFilter(
        GatewayProperties properties, ObjectProvider<List<HttpHeadersFilter>> headers) {
      return new NettyWriteResponseFilter(properties.getStreamingMediaTypes(), headers);
    }

    /** Bounded like the fast way's, unless it is set. */
    @Bean
    HttpClientCustomizer connectTimeout(GuardProperties guards, HttpClientProperties properties) {
      return client ->
          properties.getConnectTimeout() != null
              ? client
              : client.option(
                  ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) guards.connectTimeout().toMillis());
    }
  }
}
