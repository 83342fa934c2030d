package io.gatehouse.defaults.platform;

import static java.lang.Thread.State.BLOCKED;
import static java.lang.Thread.State.WAITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Threads of libraries look for beans while a context starts. */
class StartTest {

  @Test
  void start_comesToItsEnd_whenAnotherThreadMakesABeanMeanwhile() {
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          try (var context = new AnnotationConfigApplicationContext(Service.class)) {
            assertThat(context.getBean(Registration.class)).isNotNull();
          }
        });
  }

  /** What the two threads want of each other, as Spring Cloud's refreshed beans and Eureka's do. */
  @Configuration(proxyBeanMethods = false)
  static class Service {
    private final Object scope = new Object();
    private final CountDownLatch begun = new CountDownLatch(1);

    @Bean
    Registry registry(BeanFactory beans) {
      var other = new Thread(() -> beans.getBean(Registration.class), "registry");
      other.setDaemon(true);
      synchronized (scope) {
        other.start();
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    begun.getCount() == 0
                        || other.getState() == WAITING
                        || other.getState() == BLOCKED);
        return new Registry(beans.getBean(Registration.class));
      }
    }

    @Bean
    @Lazy
    Registration registration() {
      begun.countDown();
      synchronized (scope) {
        return new Registration();
      }
    }
  }

  record Registry(Registration registration) {}

  record Registration() {}
}
