package io.gatehouse.gateway.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.gateway.tokens.Revocations.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RevocationsTest {
  private static final Instant CHANGE = Instant.parse("2026-11-22T10:00:00.500Z");
  private static final Instant BEFORE = CHANGE.minusMillis(1);
  private static final Instant AFTER = CHANGE.plusMillis(1);

  private final Revocations revocations = new Revocations(Clock.systemUTC());

  @Test
  void changeOfRoles_endsTokensMadeBefore_andNotTheSignIn() {
    revocations.add(List.of(entry("sub", "ada", "tokens")));

    assertThat(revocations.isRevoked(token(id(BEFORE), id(BEFORE)))).isTrue();
    assertThat(revocations.isRevoked(token(id(BEFORE), id(AFTER)))).isFalse();
  }

  @Test
  void changeOfPassword_endsSignInsBegunBefore_withWhatTheyRenew() {
    revocations.add(List.of(entry("sub", "ada", null)));

    assertThat(revocations.isRevoked(token(id(BEFORE), id(AFTER)))).isTrue();
    assertThat(revocations.isRevoked(token(id(AFTER), id(AFTER)))).isFalse();
  }

  @Test
  void changeOfClient_endsTokensThatItWasGivenBefore_andNobodyElses() {
    revocations.add(List.of(entry("client", "console", "tokens"), entry("client", "x", "tokens")));

    assertThat(revocations.isRevoked(token(id(BEFORE), id(BEFORE)))).isTrue();
    assertThat(revocations.isRevoked(token(id(BEFORE), id(AFTER)))).isFalse();
    revocations.add(
        List.of(new Entry("client", "console", AFTER, null, AFTER.plusSeconds(9), "tokens")));
    assertThat(revocations.isRevoked(token(id(BEFORE), id(AFTER)))).isTrue();

    var other = new Revocations(Clock.systemUTC());
    other.add(List.of(entry("client", "cli", "tokens")));
    assertThat(other.isRevoked(token(id(BEFORE), id(BEFORE)))).isFalse();
  }

  @Test
  void everyKind_hitsItsToken() {
    var sid = id(BEFORE);
    var jti = id(AFTER);
    for (var entry : List.of(entry("jti", jti, null), entry("sid", sid, null))) {
      var known = new Revocations(Clock.systemUTC());
      known.add(List.of(entry));

      assertThat(known.isRevoked(token(sid, jti))).isTrue();
      assertThat(known.isRevoked(token(id(BEFORE), id(AFTER)))).isFalse();
    }
  }

  private static Entry entry(String kind, String value, @Nullable String ends) {
    return new Entry(kind, value, CHANGE, null, CHANGE.plus(Duration.ofDays(1)), ends);
  }

  private static String id(Instant time) {
    var random = UUID.randomUUID();
    return new UUID(time.toEpochMilli() << 16 | 0x7000, random.getLeastSignificantBits())
        .toString();
  }

  private static AccessToken token(String sid, String jti) {
    return new AccessToken(
        "ada",
        "console",
        jti,
        sid,
        Set.of(),
        Set.of("ADMIN"),
        Instant.ofEpochSecond(CHANGE.getEpochSecond()),
        CHANGE.plus(Duration.ofMinutes(15)));
  }
}
