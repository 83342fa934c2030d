package io.gatehouse.orders;

import io.gatehouse.defaults.platform.Times;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.defaults.web.StreamPermits;
import io.gatehouse.orders.feed.EventFeed;
import io.gatehouse.orders.feed.EventFeed.Event;
import io.gatehouse.orders.feed.EventStream;
import io.gatehouse.store.FeedPosition;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Events as they happen: server-sent for clients, pages for other services. */
@Component
class StreamHandler {
  private final EventStream stream;
  private final EventFeed feed;
  private final Clock clock;
  private final StreamPermits permits;
  private final Duration heartBeat;

  StreamHandler(
      EventStream stream,
      EventFeed feed,
      Clock clock,
      StreamPermits permits,
      StreamProperties properties) {
    this.stream = stream;
    this.feed = feed;
    this.clock = clock;
    this.permits = permits;
    this.heartBeat = properties.heartBeat();
  }

  record Data(UUID orderId, int version, String type, String at) {}

  record FeedItem(String position, String type, UUID orderId, int version, String at) {}

  record FeedPage(List<FeedItem> items, String next) {}

  Mono<ServerResponse> stream(ServerRequest request) {
    var token = AccessToken.of(request.exchange());
    token.requireScope("orders.read");
    QueryParameters.none(request);
    var customerId = token.isPrivileged() ? null : token.subject();
    var from = resumePoint(request);
    var events =
        from.flatMapMany(position -> events(position, customerId))
            .takeUntilOther(Mono.delay(Duration.between(clock.instant(), token.expiresAt())))
            .takeUntilOther(stream.stopped());
    // Held while it is read, from before the head is sent: a refusal still has its own status, and
    // neither a HEAD nor a client that is gone by now holds one.
    var held =
        Flux.using(
            () -> permits.acquire(token.subject()), _ -> events, StreamPermits.Permit::close);
    return ServerResponse.ok()
        .contentType(MediaType.TEXT_EVENT_STREAM)
        .header("Cache-Control", "no-store")
        .header("X-Accel-Buffering", "no")
        .body(BodyInserters.fromServerSentEvents(held));
  }

  private Flux<ServerSentEvent<Data>> events(FeedPosition position, @Nullable String customerId) {
    var over = Sinks.<Void>empty();
    var events =
        stream
            .after(position, customerId)
            .map(StreamHandler::toEvent)
            .doOnComplete(over::tryEmitEmpty);
    return Flux.merge(events, heartBeats().takeUntilOther(over.asMono()))
        // The place to resume from is known even before anything happens.
        .startWith(
            ServerSentEvent.<Data>builder().id(position.toString()).comment("connected").build());
  }

  Mono<ServerResponse> feed(ServerRequest request) {
    AccessToken.of(request.exchange()).requireScope("internal");
    var params = Params.of(request, "after", "limit");
    var limit = params.number("limit", 1, 1000, 100);
    var after = params.orNull("after", FeedPosition::parse, "is not a position of this feed");
    params.check();
    var from = after == null ? FeedPosition.START : after;
    return feed.after(from, null, limit)
        .map(
            events ->
                new FeedPage(
                    events.stream().map(StreamHandler::toItem).toList(),
                    (events.isEmpty() ? from : events.getLast().position()).toString()))
        .flatMap(page -> ServerResponse.ok().header("Cache-Control", "no-store").bodyValue(page));
  }

  private Mono<FeedPosition> resumePoint(ServerRequest request) {
    var ids = request.headers().header("Last-Event-ID");
    if (ids.isEmpty() || ids.equals(List.of(""))) {
      return stream.now();
    }
    var position = ids.size() == 1 ? FeedPosition.parse(ids.getFirst()) : null;
    if (position == null) {
      throw ApiException.invalid("Last-Event-ID", "is not an id of this stream");
    }
    return stream.from(position);
  }

  private Flux<ServerSentEvent<Data>> heartBeats() {
    return Flux.interval(heartBeat)
        .onBackpressureDrop()
        .map(_ -> ServerSentEvent.<Data>builder().comment("").build());
  }

  private static ServerSentEvent<Data> toEvent(Event event) {
    return ServerSentEvent.builder(
            new Data(event.orderId(), event.version(), event.type(), Times.text(event.at())))
        .id(event.position().toString())
        .event(event.type())
        .build();
  }

  private static FeedItem toItem(Event event) {
    return new FeedItem(
        event.position().toString(),
        event.type(),
        event.orderId(),
        event.version(),
        Times.text(event.at()));
  }
}
