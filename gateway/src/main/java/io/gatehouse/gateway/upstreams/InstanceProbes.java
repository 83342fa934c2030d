package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.platform.Polling;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.TcpClient;

/**
 * Asks every instance (by default once a second) whether it is there, so that one that hangs or
 * died is known without a request that runs into it, and one that only the registry forgot is kept.
 *
 * <p>An instance that registered its management port is asked there: for its liveness, and for its
 * readiness until it said so once, while the registry no longer names it and while its service's
 * breaker is open: one that starts is alive for a while before it can answer a call. Of any other
 * it is only known whether its port takes connections. A probe costs one connection and at most a
 * second and a half; 32 run at once. Two in a row without an answer are silence, so one that hangs
 * is known after four seconds.
 */
@Component
class InstanceProbes extends Polling {
  private static final Duration TIMEOUT = Duration.ofMillis(1500);
  private static final int AT_ONCE = 32;

  private final Upstreams upstreams;
  private final Duration period;
  private final HttpClient http;
  private final TcpClient tcp;

  /** What a probe found. */
  enum Finding {
    /** In service, by its own word. */
    READY,
    /** Alive, by its own word; it was not asked for more. */
    ALIVE,
    /** There, by its own word, and not in service. */
    UNREADY,
    /** Its port takes connections, and no more is known. */
    CONNECTED,
    /** Its ports are closed. */
    REFUSED,
    /** Connections are taken, or lost, and nothing comes back. */
    SILENT
  }

  InstanceProbes(Upstreams upstreams, GuardProperties guards) {
    super("probing the instances");
    this.upstreams = upstreams;
    this.period = guards.probe();
    var connectTimeout = (int) guards.connectTimeout().toMillis();
    this.http =
        HttpClient.newConnection()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeout)
            .responseTimeout(TIMEOUT);
    this.tcp =
        TcpClient.newConnection().option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeout);
    upstreams.onMissing(instance -> probe(instance, true).subscribe());
  }

  /** One round; the next one begins a period after this one did, or at once when it took longer. */
  @Override
  protected Mono<Duration> pollOnce() {
    var began = System.nanoTime();
    return Flux.fromIterable(upstreams.services())
        .concatMap(this::probes)
        .flatMap(Function.identity(), AT_ONCE)
        .then(Mono.fromRunnable(upstreams::judgeBreakers))
        .then(Mono.fromSupplier(() -> rest(System.nanoTime() - began)));
  }

  private Duration rest(long nanos) {
    var left = period.minusNanos(nanos);
    return left.isPositive() ? left : Duration.ZERO;
  }

  private Flux<Mono<Void>> probes(UpstreamService service) {
    return Flux.fromIterable(service.instances())
        .map(instance -> probe(instance, service.mustBeReady(instance)));
  }

  /**
   * @param mustBeReady false while it is enough that it is alive
   */
  private Mono<Void> probe(Instance instance, boolean mustBeReady) {
    return (instance.managementPort() > 0 ? ask(instance, mustBeReady) : connect(instance))
        .timeout(TIMEOUT.multipliedBy(2))
        .onErrorReturn(Finding.SILENT)
        .doOnNext(instance::probed)
        .then();
  }

  private Mono<Finding> ask(Instance instance, boolean mustBeReady) {
    var path = mustBeReady ? "readiness" : "liveness";
    var well = mustBeReady ? Finding.READY : Finding.ALIVE;
    return http.get()
        .uri(
            "http://%s:%d/actuator/health/%s"
                .formatted(instance.host(), instance.managementPort(), path))
        .response()
        .map(
            response ->
                switch (response.status().code()) {
                  case 200 -> well;
                  case 503 -> Finding.UNREADY;
                  default -> Finding.CONNECTED; // It does not say, as one without these addresses.
                })
        .doOnNext(_ -> instance.managementAnswered())
        // A readiness that waits for others says nothing of the instance, which may serve the rest.
        .onErrorResume(
            ReadTimeoutException.class,
            late -> mustBeReady && !instance.isMissing() ? ask(instance, false) : Mono.error(late))
        .onErrorResume(ConnectException.class, failed -> managementAway(instance, failed));
  }

  /**
   * A closed management port is one of an instance that stops, or of one that does not let the
   * gateway near it: then its own port has to tell.
   */
  private Mono<Finding> managementAway(Instance instance, ConnectException failed) {
    return failed instanceof ConnectTimeoutException && instance.hasAnsweredOnManagement()
        ? Mono.just(Finding.SILENT)
        : connect(instance);
  }

  private Mono<Finding> connect(Instance instance) {
    return tcp.host(instance.host())
        .port(instance.port())
        .connect()
        .map(
            connection -> {
              connection.dispose();
              return Finding.CONNECTED;
            })
        .onErrorResume(
            ConnectException.class,
            failed ->
                Mono.just(
                    failed instanceof ConnectTimeoutException ? Finding.SILENT : Finding.REFUSED));
  }

  /** Outlives the web server, as the instances do. */
  @Override
  public int getPhase() {
    return 0;
  }
}
