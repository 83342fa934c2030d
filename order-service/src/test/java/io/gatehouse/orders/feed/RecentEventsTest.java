package io.gatehouse.orders.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.orders.feed.EventFeed.Event;
import io.gatehouse.orders.feed.RecentEvents.Batch;
import io.gatehouse.store.FeedPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who listens is handed what is its own, once and in order, and is left alone otherwise. */
class RecentEventsTest {
  private static final int MOST = 8;
  private static final FeedPosition BEGINNING = at(0);

  private final RecentEvents recent = new RecentEvents(MOST);

  @BeforeEach
  void begin() {
    recent.begin(BEGINNING);
  }

  @Test
  void listener_isLeftAlone_byOthersEvents() {
    var ofAda = listen(BEGINNING, "ada");
    var ofAll = listen(BEGINNING, null);

    recent.add(List.of(event(1, "bob"), event(2, "bob")));

    assertThat(ofAda).isNotDone();
    assertThat(ofAll).isCompletedWithValueMatching(batch -> batch.events().size() == 2);
    recent.add(List.of(event(3, "ada"), event(4, "bob")));
    assertThat(ofAda).isCompletedWithValue(new Batch(List.of(event(3, "ada")), at(4)));
  }

  @Test
  void everyListenerOfACustomer_isHandedItsEvents() {
    var one = listen(BEGINNING, "ada");
    var other = listen(BEGINNING, "ada");

    recent.add(List.of(event(1, "ada"), event(2, "bob"), event(3, "ada")));

    assertThat(one)
        .isCompletedWithValue(new Batch(List.of(event(1, "ada"), event(3, "ada")), at(3)));
    assertThat(other).isCompletedWithValue(one.join());
  }

  @Test
  void whatIsHeld_isHandedOutAtOnce_noMoreThanWasAskedFor() {
    recent.add(List.of(event(1, "ada"), event(2, "bob"), event(3, "ada"), event(4, "ada")));

    var first = recent.after(BEGINNING, "ada", 2).toFuture();
    assertThat(first)
        .isCompletedWithValue(new Batch(List.of(event(1, "ada"), event(3, "ada")), at(3)));
    assertThat(listen(at(3), "ada"))
        .isCompletedWithValue(new Batch(List.of(event(4, "ada")), at(4)));
    assertThat(listen(at(4), "ada")).isNotDone();
  }

  @Test
  void whatMadeRoom_isNotKnownAnyMore_andItsPlaceIsTheLastThatIs() {
    recent.add(LongStream.rangeClosed(1, MOST + 2).mapToObj(n -> event(n, "ada")).toList());

    assertThat(listen(at(1), "ada")).isCompletedWithValue(null);
    assertThat(listen(at(2), "ada"))
        .isCompletedWithValueMatching(batch -> batch.events().size() == MOST);
  }

  @Test
  void listenerThatIsIdleForLong_isHandedWhatComes_whateverMadeRoomMeanwhile() {
    var ofAda = listen(BEGINNING, "ada");

    for (var n = 1L; n <= 3 * MOST; n++) {
      recent.add(List.of(event(n, "bob")));
    }
    recent.add(List.of(event(100, "ada")));

    assertThat(ofAda).isCompletedWithValue(new Batch(List.of(event(100, "ada")), at(100)));
  }

  @Test
  void positionOfAnotherHistory_isNotKnown() {
    recent.add(List.of(event(1, "ada")));

    assertThat(listen(new FeedPosition(1, 1, 2), "ada")).isCompletedWithValue(null);
    assertThat(listen(at(5), "ada")).isCompletedWithValue(null);
  }

  @Test
  void whoWaits_isSentElsewhere_whenWhatIsHeldIsForgotten() {
    var ofAda = listen(BEGINNING, "ada");
    recent.add(List.of(event(1, "bob")));

    recent.forget();

    assertThat(ofAda).isCompletedWithValue(new Batch(List.of(), at(1)));
    assertThat(listen(at(1), "ada")).isCompletedWithValue(null);
  }

  @Test
  void listenerThatWent_isHandedNothing_andTheOthersStillAre() {
    var handed = new ArrayList<Batch>();
    var gone = recent.after(BEGINNING, "ada", MOST).subscribe(handed::add);
    var stays = listen(BEGINNING, "ada");

    gone.dispose();
    recent.add(List.of(event(1, "ada")));

    assertThat(handed).isEmpty();
    assertThat(stays).isCompletedWithValueMatching(batch -> batch.events().size() == 1);
  }

  private CompletableFuture<@Nullable Batch> listen(
      FeedPosition position, @Nullable String customerId) {
    return recent.after(position, customerId, MOST).toFuture();
  }

  private static FeedPosition at(long position) {
    return new FeedPosition(position, position, 1);
  }

  private static Event event(long position, String customerId) {
    return new Event(
        at(position),
        new UUID(0, position),
        customerId,
        1,
        "OrderPlaced",
        Instant.EPOCH.plusSeconds(position));
  }
}
