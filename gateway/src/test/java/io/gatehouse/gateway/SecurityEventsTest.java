package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import reactor.core.publisher.Mono;

/** Refusals are told to the logger {@code security}, every one of them. */
class SecurityEventsTest extends GatewayFixture {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("security");
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  @BeforeEach
  void listen() {
    events.start();
    LOG.setLevel(Level.INFO);
    LOG.addAppender(events);
  }

  @AfterEach
  void stopListening() {
    LOG.detachAppender(events);
    LOG.setLevel(Level.WARN);
  }

  @Test
  void forgedToken_isTold_withTheCallersAddressAndRequest() {
    send(request("/api/orders", "forged").header("X-Request-Id", "told.1"));

    assertTold("token-refused", null, "told.1");
  }

  @Test
  void refusalOfAService_isTold_withWhoWasRefused() {
    ORDERS.answering((_, response) -> response.status(403).sendString(Mono.just("{}")));
    var subject = "01a214f2-4858-75b6-8125-49e509e4a55d";

    send(request("/api/orders/1", TOKENS.user(subject)).header("X-Request-Id", "told.2"));

    assertTold("access-refused", subject, "told.2");
  }

  private void assertTold(String event, @Nullable String subject, String requestId) {
    await().until(() -> !events.list.isEmpty());
    assertThat(events.list)
        .singleElement()
        .extracting(ILoggingEvent::getKeyValuePairs)
        .asInstanceOf(InstanceOfAssertFactories.list(KeyValuePair.class))
        .contains(
            new KeyValuePair("event", event),
            new KeyValuePair("outcome", Outcome.REFUSED),
            new KeyValuePair("subject", subject),
            new KeyValuePair("ip", "127.0.0.1"),
            new KeyValuePair("requestId", requestId));
  }
}
