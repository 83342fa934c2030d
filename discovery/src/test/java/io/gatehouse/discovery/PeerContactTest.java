package io.gatehouse.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerContactTest {
  private final AtomicLong now = new AtomicLong();
  private final PeerContact peer = new PeerContact(Duration.ofSeconds(90), now::get);

  @Test
  void peer_isSilent_afterFiveSecondsWithoutAWord() {
    heardUntil(20);
    assertThat(peer.isSilent()).isFalse();
    pass(5);
    assertThat(peer.isSilent()).isFalse();
    pass(1);
    assertThat(peer.isSilent()).isTrue();
  }

  @Test
  void peerThatIsHeard_knowsNothingBetter() {
    heardUntil(20);

    assertThat(peer.mayKnowBetter()).isFalse();
  }

  @Test
  void silentPeer_mayKnowBetter_untilPatienceEnds() {
    heardUntil(20);
    pass(6);
    assertThat(peer.mayKnowBetter()).isTrue();
    pass(89);
    assertThat(peer.mayKnowBetter()).isTrue();
    pass(1);
    assertThat(peer.mayKnowBetter()).isFalse();
  }

  @Test
  void peerThatIsBack_mayKnowBetter_untilItHadTimeToTell() {
    heardUntil(20);
    pass(60);
    peer.heard();
    assertThat(peer.mayKnowBetter()).isTrue();
    heardUntil(15);
    assertThat(peer.mayKnowBetter()).isTrue();
    heardUntil(1);
    assertThat(peer.mayKnowBetter()).isFalse();
  }

  @Test
  void start_countsAsItsReturn() {
    assertThat(peer.mayKnowBetter()).isTrue();
    heardUntil(16);
    assertThat(peer.mayKnowBetter()).isFalse();
  }

  private void heardUntil(int seconds) {
    for (var i = 0; i < seconds; i++) {
      pass(1);
      peer.heard();
    }
  }

  private void pass(int seconds) {
    now.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }
}
