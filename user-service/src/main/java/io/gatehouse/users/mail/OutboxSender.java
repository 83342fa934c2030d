package io.gatehouse.users.mail;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.users.mail.LetterTexts.Content;
import io.gatehouse.users.mail.MailTransport.RefusedForGood;
import io.gatehouse.users.mail.OutboxRows.State;
import io.gatehouse.users.mail.OutboxRows.Taken;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Sends what the outbox holds, one mail at a time. Several instances share the work: each mail is
 * taken by one of them, for longer than sending can last.
 *
 * <p>A mail goes out again only when nobody can know whether it did: the connection broke, or this
 * process ended, between the end of its text and the server's answer (RFC 1047).
 */
final class OutboxSender extends Polling {
  private static final Logger log = LoggerFactory.getLogger(OutboxSender.class);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration FAREWELL = Duration.ofSeconds(15);

  /** Between two attempts to write down what became of a mail. */
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int MAX_PROBLEM_CHARS = 300;

  private final OutboxRows rows;
  private final Outbox outbox;
  private final MailTransport transport;
  private final MailProperties rules;
  private final String publicUrl;
  private final MeterRegistry meters;
  private final LetterTexts texts = new LetterTexts();
  private volatile State state = new State(0, 0, 0);
  private volatile Sinks.Empty<Void> underway = ended();

  OutboxSender(
      OutboxRows rows,
      Outbox outbox,
      MailTransport transport,
      MailProperties rules,
      String publicUrl,
      MeterRegistry meters) {
    super("sending mail");
    this.rows = rows;
    this.outbox = outbox;
    this.transport = transport;
    this.rules = rules;
    this.publicUrl = publicUrl;
    this.meters = meters;
    Gauge.builder("users.mails.parked", () -> state.parked())
        .description("mails that could not be sent and are not tried again")
        .register(meters);
    Gauge.builder("users.mails.waiting", () -> state.waiting())
        .description("mails to be sent")
        .register(meters);
    Gauge.builder("users.mails.oldest.seconds", () -> state.age())
        .description("how long the oldest of them waits")
        .register(meters);
  }

  @Override
  protected Mono<Duration> pollOnce() {
    var news = outbox.nextNudge();
    return rows.take(rules.lease())
        .flatMap(mail -> finished(process(mail)).thenReturn(true))
        .switchIfEmpty(
            Mono.defer(this::look)
                .then(Mono.firstWithSignal(Mono.delay(IDLE).then(), news))
                .thenReturn(false))
        .thenReturn(Duration.ZERO);
  }

  private Mono<Void> look() {
    return rows.state()
        .doOnNext(
            seen -> {
              state = seen;
              outbox.sees(seen.waiting());
            })
        .then();
  }

  /** What has begun is finished, also when this instance stops. */
  private Mono<Void> finished(Mono<Void> work) {
    var end = Sinks.<Void>empty();
    underway = end;
    var detached = work.doFinally(_ -> end.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST));
    return Mono.fromFuture(detached.toFuture(), true);
  }

  private Mono<Void> process(Taken mail) {
    var secret = LinkSecrets.create();
    return rows.link(mail, LinkSecrets.digest(secret))
        .flatMap(kind -> deliver(mail, kind, secret))
        .defaultIfEmpty(Outcome.MOOT)
        .onErrorResume(failed -> retry(mail, failed).then(Mono.empty()))
        .flatMap(outcome -> done(mail, outcome));
  }

  private Mono<Void> done(Taken mail, Outcome outcome) {
    count(outcome);
    return written(rows.done(mail));
  }

  /** A mail that was sent is not sent again because the database was away for a moment. */
  private Mono<Void> written(Mono<Void> row) {
    return row.retryWhen(
            Retry.backoff(Long.MAX_VALUE, SHORTEST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .filter(_ -> isRunning()))
        .timeout(rules.lease());
  }

  private Mono<Outcome> deliver(Taken mail, MailKind kind, String secret) {
    return isWithinLimits(mail)
        .flatMap(
            within ->
                within
                    ? transport.deliver(letter(mail, kind, secret)).thenReturn(Outcome.SENT)
                    : Mono.just(Outcome.LIMITED));
  }

  /** Of an attempt after the first one it is known. */
  private Mono<Boolean> isWithinLimits(Taken mail) {
    return mail.attempts() > 1 ? Mono.just(true) : rows.isWithinLimits(mail);
  }

  private enum Outcome {
    SENT,
    /** Nobody has the address, or what it was about has changed. */
    MOOT,
    /** The address was sent enough. */
    LIMITED,
    FAILED,
    PARKED
  }

  private Mono<Void> retry(Taken mail, Throwable failed) {
    var problem = problem(failed);
    if (failed instanceof RefusedForGood || mail.attempts() >= rules.mailAttempts()) {
      count(Outcome.PARKED);
      log.warn("mail {} is parked after {} attempts: {}", mail.id(), mail.attempts(), problem);
      return written(rows.park(mail, problem));
    }
    count(Outcome.FAILED);
    log.warn("mail {} could not be sent and is tried again: {}", mail.id(), problem);
    return written(rows.again(mail, rules.pause(mail.attempts()), problem));
  }

  private Letter letter(Taken mail, MailKind kind, String secret) {
    var page = publicUrl + kind.path();
    var link = kind.hasSecret() ? page + "?link=" + secret : page;
    var about = Objects.requireNonNullElse(mail.about(), "");
    return texts.write(
        mail.id(), kind, mail.language(), new Content(link, mail.recipient(), about));
  }

  private static String problem(Throwable failed) {
    var text = String.valueOf(failed.getMessage()).replaceAll("\\p{Cntrl}+", " ").strip();
    return text.length() <= MAX_PROBLEM_CHARS ? text : text.substring(0, MAX_PROBLEM_CHARS);
  }

  private void count(Outcome outcome) {
    meters.counter("users.mails", "outcome", outcome.name().toLowerCase(Locale.ROOT)).increment();
  }

  /** Where there is no mail, nothing is taken. */
  @Override
  public boolean isAutoStartup() {
    return outbox.isOpen();
  }

  @Override
  public void stop(Runnable stopped) {
    stop();
    var _ =
        underway
            .asMono()
            .timeout(FAREWELL)
            .onErrorComplete()
            .doFinally(_ -> stopped.run())
            .subscribe();
  }

  private static Sinks.Empty<Void> ended() {
    var sink = Sinks.<Void>empty();
    sink.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
    return sink;
  }
}
