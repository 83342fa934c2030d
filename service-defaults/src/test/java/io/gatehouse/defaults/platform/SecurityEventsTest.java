package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class SecurityEventsTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("security");
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private boolean additive;

  @BeforeEach
  void listen() {
    additive = LOG.isAdditive();
    LOG.setAdditive(false);
    events.start();
    LOG.addAppender(events);
  }

  @AfterEach
  void stopListening() {
    LOG.detachAppender(events);
    LOG.setAdditive(additive);
  }

  @Test
  void ordinaryValues_areWrittenAsTheyAre() {
    SecurityEvents.record(
        "sign-in", Outcome.ALLOWED, new Actor("ada@example.com", null, "2001:db8::1", "id-1"));

    assertThat(line())
        .isEqualTo(
            "sign-in ALLOWED subject=ada@example.com client=- ip=2001:db8::1 requestId=id-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x ip=10.0.0.1",
        "x\tip=10.0.0.1",
        "x\r\nsign-in ALLOWED subject=ada ip=10.0.0.1",
        "x\u2028ip=10.0.0.1",
        "x\u00a0ip=10.0.0.1",
        "x\u202eip=10.0.0.1",
        "x\u001b[2Kip=10.0.0.1",
        "x\"\\ip=10.0.0.1"
      })
  void value_forgesNoFieldAndNoLine(String value) {
    SecurityEvents.record("sign-in", Outcome.REFUSED, new Actor(value, value, "192.0.2.1", "id-1"));

    assertThat(line().split(" "))
        .hasSize(6)
        .endsWith("ip=192.0.2.1", "requestId=id-1")
        .allSatisfy(field -> assertThat(field).matches("[!-~]+"));
    assertThat(line().split("=", -1)).hasSize(5);
  }

  @Test
  void longValue_isCut() {
    SecurityEvents.record(
        "sign-in", Outcome.REFUSED, new Actor("x".repeat(100_000), null, null, null));

    assertThat(line()).hasSizeLessThan(500);
  }

  private String line() {
    return events.list.getFirst().getFormattedMessage();
  }
}
