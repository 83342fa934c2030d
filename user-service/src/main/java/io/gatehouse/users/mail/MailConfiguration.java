package io.gatehouse.users.mail;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.platform.Loopback;
import io.gatehouse.store.Database;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** Mail goes to an SMTP server; else, on a laptop, it is kept; else there is none. */
@Configuration(proxyBeanMethods = false)
class MailConfiguration {
  private static final Logger log = LoggerFactory.getLogger(MailConfiguration.class);

  @Bean
  Outbox outbox(MailProperties mail) {
    var open = mail.smtpUrl() != null || mail.mailKeep();
    if (!open) {
      log.warn(
          "There is no mail server (GATEHOUSE_SMTP_URL): resets of passwords, changes of"
              + " addresses and quiet sign-ups answer 503, and new addresses are not verified");
    }
    return new Outbox(open);
  }

  /** Links in kept mails are keys to accounts. */
  @Bean
  @ConditionalOnBooleanProperty("gatehouse.mail-keep")
  KeptMails keptMails(Database database, GatehouseProperties platform) {
    if (!Loopback.is(platform.publicUrl().getHost())) {
      throw new IllegalStateException(
          "GATEHOUSE_MAIL_KEEP=true keeps mails to be read on this machine: it is refused unless"
              + " GATEHOUSE_PUBLIC_URL is a loopback address, not "
              + platform.publicUrl());
    }
    return new KeptMails(database);
  }

  @Bean
  MailTransport mailTransport(MailProperties mail, ObjectProvider<KeptMails> kept) {
    var url = mail.smtpUrl();
    var from = mail.mailFrom();
    if (url != null && from != null) {
      return new SmtpTransport(url, from, mail.mailTimeout());
    }
    var keeps = kept.getIfAvailable();
    return keeps != null
        ? keeps::keep
        : _ -> Mono.error(() -> new IllegalStateException("there is no mail server"));
  }

  @Bean
  OutboxSender outboxSender(
      Database database,
      Outbox outbox,
      MailTransport transport,
      MailProperties rules,
      GatehouseProperties platform,
      MeterRegistry meters) {
    return new OutboxSender(
        new OutboxRows(database), outbox, transport, rules, platform.issuer(), meters);
  }
}
