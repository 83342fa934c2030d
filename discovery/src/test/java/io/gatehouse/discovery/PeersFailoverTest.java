package io.gatehouse.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Services, with the platform's settings, of which one registry goes away, then the other. */
@Tag("drill")
class PeersFailoverTest {
  private final Registry first = new Registry();
  private final Registry second = new Registry();

  @BeforeEach
  void start() {
    first.startAndAwaitReady(second, "gatehouse.discovery.copy-within=0s");
    second.startAndAwaitReady(first);
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  @Test
  void service_goesOnWithTheOther_whenItsRegistryEnds() throws Exception {
    goesOnWithTheOther_whenFirst(first::end);
  }

  @Test
  void service_goesOnWithTheOther_whenItsRegistryHangs() throws Exception {
    goesOnWithTheOther_whenFirst(
        () -> {
          first.clientsWay.lose();
          first.peersWay.lose();
        });
  }

  private void goesOnWithTheOther_whenFirst(Runnable breaks) throws Exception {
    try (var service = new RegisteredService(first.clientsUrl(), second.clientsUrl())) {
      await().until(() -> first.knows(service.instance()) && second.knows(service.instance()));

      breaks.run();
      second.forgetRenewals();

      await().until(() -> second.renewals(service.instance()) >= 2);
      try (var other = new RegisteredService(first.clientsUrl(), second.clientsUrl())) {
        await().until(() -> service.finds(other.instance()) && other.finds(service.instance()));
      }
    }
  }

  @Test
  void services_beginWithEither() {
    var services = new ArrayList<RegisteredService>();
    try {
      // Each takes either, as likely: all of 20 the same once in half a million.
      while (services.size() < 20 && (first.direct().isEmpty() || second.direct().isEmpty())) {
        services.add(new RegisteredService(first.clientsUrl(), second.clientsUrl()));
      }
      assertThat(first.direct()).isNotEmpty();
      assertThat(second.direct()).isNotEmpty();
    } finally {
      services.forEach(RegisteredService::close);
    }
  }

  @Test
  void service_isSeenAtEveryMoment_whileOneRegistryAfterTheOtherIsReplaced() throws Exception {
    try (var service = new RegisteredService(first.clientsUrl(), second.clientsUrl());
        var reader = new RegisteredService(first.clientsUrl(), second.clientsUrl())) {
      await().until(() -> reader.finds(service.instance()) && service.finds(reader.instance()));
      for (var instance : List.of(service.instance(), reader.instance())) {
        await().until(() -> first.knows(instance) && second.knows(instance));
      }
      var missed = Collections.synchronizedList(new ArrayList<String>());
      var rolling = new AtomicBoolean(true);
      var watch =
          Thread.ofPlatform().start(() -> watch(rolling, missed, service.instance(), reader));

      for (var registry : List.of(first, second)) {
        var other = registry == first ? second : first;
        registry.end();
        registry.startAndAwaitReady(other);
        assertThat(registry.instances()).contains(service.instance(), reader.instance());
        registry.forgetRenewals();
        other.forgetRenewals();
        await()
            .until(
                () ->
                    registry.anyRenewals(service.instance()) >= 3
                        && other.anyRenewals(service.instance()) >= 3);
      }

      rolling.set(false);
      watch.join();
      assertThat(missed).isEmpty();
    }
  }

  /** A registry that is open, and a service that reads one, know the service at all times. */
  private void watch(
      AtomicBoolean rolling, List<String> missed, String instance, RegisteredService reader) {
    while (rolling.get()) {
      if (!reader.finds(instance)) {
        missed.add("the reader");
      }
      for (var registry : List.of(first, second)) {
        var answer = registry.readAsAService();
        if (!answer.isEmpty() && !answer.contains(instance)) {
          missed.add((registry == first ? "first: " : "second: ") + answer);
        }
      }
    }
  }
}
