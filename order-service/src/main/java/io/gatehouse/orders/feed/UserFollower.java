package io.gatehouse.orders.feed;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.RequestId;
import io.gatehouse.defaults.Rounds;
import io.gatehouse.orders.commands.Erasure;
import io.gatehouse.orders.feed.UserFeed.Item;
import io.gatehouse.orders.store.Actor;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Follows the feed of users and erases what belonged to a deleted one. Handling is repeatable and
 * the checkpoint moves by compare-and-set after it, so each deletion takes effect once, however
 * often it is delivered and by however many instances.
 */
class UserFollower extends Rounds {
  static final String FEED = "users";

  private static final Logger log = LoggerFactory.getLogger(UserFollower.class);
  private static final int PAGE = 100;

  private final UserFeed feed;
  private final Checkpoints checkpoints;
  private final Erasure erasure;
  private final Duration pause;
  private final AtomicInteger parked = new AtomicInteger();

  UserFollower(
      UserFeed feed,
      Checkpoints checkpoints,
      Erasure erasure,
      FollowerProperties properties,
      MeterRegistry meters) {
    super("following the users");
    this.feed = feed;
    this.checkpoints = checkpoints;
    this.erasure = erasure;
    this.pause = properties.followUsers();
    Gauge.builder("gatehouse.feed.parked", parked, AtomicInteger::get)
        .description("Events of other services that wait for an operator")
        .tag("feed", FEED)
        .register(meters);
  }

  @Override
  protected Mono<Duration> round() {
    return checkpoints
        .parked()
        .doOnNext(parked::set)
        .then(checkpoints.of(FEED))
        .flatMap(from -> feed.after(from, PAGE).flatMap(page -> follow(from, page)));
  }

  private Mono<Duration> follow(String from, UserFeed.Page page) {
    return Flux.fromIterable(page.items())
        .concatMap(this::handleOrPark)
        .then(Mono.defer(() -> moved(from, page)))
        .thenReturn(page.items().isEmpty() ? pause : Duration.ZERO);
  }

  private Mono<Boolean> moved(String from, UserFeed.Page page) {
    return page.next().equals(from) || page.items().isEmpty()
        ? Mono.just(false)
        : checkpoints.move(FEED, from, page.next());
  }

  /** What may heal is left to the next round; what cannot is parked, and the others go on. */
  private Mono<Void> handleOrPark(Item item) {
    return Mono.defer(() -> handle(item))
        .onErrorResume(
            failed -> !(failed instanceof ApiException api) || api.status() < 500,
            failed -> {
              log.error("event {} of the users is parked", item.position(), failed);
              return checkpoints.park(FEED, item.position(), item.toString(), failed.toString());
            });
  }

  private Mono<Void> handle(Item item) {
    return switch (item.type()) {
      case "UserDeleted" -> erasure.of(item.userId(), actor(item));
      case "UserRegistered", "UserChanged", "PasswordChanged" -> Mono.empty();
      default -> Mono.error(new IllegalArgumentException("unknown type " + item.type()));
    };
  }

  private static Actor actor(Item item) {
    return new Actor(
        "order-service",
        "order-service",
        "SERVICE",
        RequestId.create(),
        "UserDeleted " + FEED + ":" + item.position());
  }
}
