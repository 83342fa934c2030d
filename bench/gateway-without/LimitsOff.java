package io.gatehouse.gateway.limits;

import io.gatehouse.defaults.tokens.AccessToken;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Lets everybody pass. */
@Component
@Primary
@Profile("limits-off")
class LimitsOff extends Limits {
  private static final Mono<Decision> PASSES = Mono.just(new Decision("", "", 0));

  LimitsOff(
      LimitProperties properties,
      io.gatehouse.defaults.platform.RedisProperties redis,
      DiscoveryClient registry,
      MeterRegistry meters) {
    super(properties, redis, registry, meters);
  }

  @Override
  public Mono<Decision> identified(AccessToken token, EventLoop loop) {
    return PASSES;
  }
}
