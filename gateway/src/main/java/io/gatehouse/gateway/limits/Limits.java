package io.gatehouse.gateway.limits;

import io.gatehouse.defaults.platform.AddressKey;
import io.gatehouse.defaults.platform.RedisProperties;
import io.gatehouse.defaults.tokens.AccessToken;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.HttpResources;

/** The contract's limits: which one a request is under, and whether it is inside. */
@Component
public class Limits implements AutoCloseable {
  private final RedisLeases leases;
  private final RateLimiter limiter;
  private final Policy anonymous;
  private final Policy user;
  private final Policy service;
  private final Policy login;
  private final Policy assets;

  Limits(
      LimitProperties properties,
      RedisProperties redis,
      DiscoveryClient registry,
      MeterRegistry meters) {
    this.anonymous = Policy.of("anonymous", properties.anonymous());
    this.user = Policy.of("user", properties.user());
    this.service = Policy.of("service", properties.service());
    this.login = Policy.of("login", properties.login());
    this.assets = Policy.of("assets", properties.assets());
    this.leases = new RedisLeases(redis);
    this.limiter = new RateLimiter(leases, new GatewayCount(registry), System::nanoTime);
    limiter.bindTo(meters);
  }

  /** By the verified subject, or by the client for services. */
  public Mono<Decision> identified(AccessToken token, EventLoop loop) {
    return token.hasRole("SERVICE")
        ? check(service, token.clientId(), loop)
        : check(user, token.subject(), loop);
  }

  /** By address, for calls without a valid token. */
  public Mono<Decision> anonymous(String ip, EventLoop loop) {
    return check(anonymous, AddressKey.of(ip), loop);
  }

  /** By address, for calls that try or set a password. */
  public Mono<Decision> login(String ip, EventLoop loop) {
    return check(login, AddressKey.of(ip), loop);
  }

  /** By address, for the files that a page of the gateway's own is made of. */
  public Mono<Decision> assets(String ip, EventLoop loop) {
    return check(assets, AddressKey.of(ip), loop);
  }

  /** By what a route's own filter counts, such as a subject or a header. */
  Mono<Decision> ofRoute(Policy policy, String key) {
    return Mono.defer(() -> check(policy, key, HttpResources.get().onServer(true).next()));
  }

  private Mono<Decision> check(Policy policy, String key, EventLoop loop) {
    var waiting = new Waiting(policy, key, loop);
    var decision = limiter.decide(policy, key, waiting);
    return decision != null ? Mono.just(decision) : waiting.decision();
  }

  @Override
  public void close() {
    leases.close();
  }

  /** A request that waits for quota; it goes on on its own event loop. */
  private final class Waiting implements Quota.Waiter {
    private final Policy policy;
    private final String key;
    private final EventLoop loop;
    private final Sinks.One<Decision> sink = Sinks.one();
    private volatile @Nullable Future<?> timer;

    Waiting(Policy policy, String key, EventLoop loop) {
      this.policy = policy;
      this.key = key;
      this.loop = loop;
    }

    Mono<Decision> decision() {
      timer =
          loop.schedule(this::giveUp, RateLimiter.LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      return sink.asMono();
    }

    @Override
    public void decided(Decision decision) {
      limiter.count(decision);
      loop.execute(
          () -> {
            var running = timer;
            if (running != null) {
              running.cancel(false);
            }
            sink.tryEmitValue(decision);
          });
    }

    private void giveUp() {
      var decision = limiter.giveUp(policy, key, this);
      if (decision != null) {
        sink.tryEmitValue(decision);
      }
    }
  }
}
