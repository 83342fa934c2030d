package io.gatehouse.orders.feed;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.orders.commands.Erasure;
import io.gatehouse.orders.feed.UserFeed.Item;
import io.gatehouse.orders.store.Actor;
import io.gatehouse.orders.store.Checkpoint;
import io.gatehouse.orders.store.UnknownEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.reactive.function.client.WebClientResponseException.Conflict;
import reactor.core.publisher.Mono;

/**
 * Follows the feed of users and erases what belonged to a deleted one. Each order changes in one
 * transaction with the checkpoint, by compare-and-set: effectively once, however often a deletion
 * is delivered and by however many instances.
 */
class UserFollower extends Polling {
  static final String FEED = "users";

  private static final Logger log = LoggerFactory.getLogger(UserFollower.class);
  private static final int PAGE = 100;

  private final UserFeed feed;
  private final Checkpoints checkpoints;
  private final Erasure erasure;
  private final Duration pause;
  private final AtomicInteger parked = new AtomicInteger();
  private final Counter restarts;

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
    this.restarts =
        Counter.builder("gatehouse.feed.restarts")
            .description("How often a feed did not know how far it was followed any more")
            .tag("feed", FEED)
            .register(meters);
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return checkpoints
        .parked()
        .doOnNext(parked::set)
        .then(checkpoints.of(FEED))
        .flatMap(
            from ->
                feed.after(from.position(), PAGE)
                    .flatMap(page -> follow(from, page.items()))
                    .onErrorResume(Conflict.class, _ -> startOver(from)));
  }

  /**
   * The users' database has lost what was followed here, by a promotion or a restore. What is told
   * again changes nothing, so all of it is heard again.
   */
  private Mono<Duration> startOver(Checkpoint from) {
    log.error(
        "the users' feed does not know the position {} any more: it is followed from its start",
        from.position());
    restarts.increment();
    return checkpoints.move(from, Checkpoint.start(FEED)).thenReturn(Duration.ZERO);
  }

  private Mono<Duration> follow(Checkpoint from, List<Item> items) {
    if (items.isEmpty()) {
      return Mono.just(pause);
    }
    var done = Mono.just(from);
    for (var item : items) {
      done = done.flatMap(before -> handle(item, before));
    }
    var end = items.getLast().position();
    return done.flatMap(
            last ->
                last.position().equals(end)
                    ? Mono.just(last)
                    : checkpoints.move(last, last.at(end)))
        .thenReturn(Duration.ZERO);
  }

  /** Gives the stored checkpoint; what needs nothing done leaves it to the page's end. */
  private Mono<Checkpoint> handle(Item item, Checkpoint from) {
    return switch (item.type()) {
      case "UserDeleted" ->
          Mono.defer(() -> erasure.of(item.userId(), actor(item), from))
              .onErrorResume(failed -> !mayHeal(failed), failed -> park(item, from, failed))
              .flatMap(last -> checkpoints.move(last, last.at(item.position())));
      case "UserRegistered", "UserChanged", "PasswordChanged" -> Mono.just(from);
      default ->
          park(item, from, new IllegalArgumentException("unknown type " + item.type()))
              .flatMap(last -> checkpoints.move(last, last.at(item.position())));
    };
  }

  /** What may heal is left to the next round; what cannot is parked, and the others go on. */
  private static boolean mayHeal(Throwable failed) {
    return switch (failed) {
      case UnknownEvent _ -> false;
      case ApiException api -> api.status() >= 500 || api.status() == 409;
      case R2dbcException sql ->
          sql.getSqlState() == null
              || sql.getSqlState().startsWith("40")
              || sql.getSqlState().equals("GH003");
      default -> false;
    };
  }

  /** Some of the event's streams may be done already: the checkpoint is where the last was. */
  private Mono<Checkpoint> park(Item item, Checkpoint from, Throwable failed) {
    log.error("event {} of the users is parked", item.position(), failed);
    return checkpoints
        .park(FEED, item.position(), item.toString(), failed.toString())
        .then(checkpoints.of(FEED))
        .filter(now -> now.position().equals(from.position()))
        .switchIfEmpty(Mono.error(() -> new Checkpoints.Overtaken(from)));
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
