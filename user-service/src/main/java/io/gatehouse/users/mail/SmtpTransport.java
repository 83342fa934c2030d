package io.gatehouse.users.mail;

import io.gatehouse.defaults.platform.Loopback;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Sends by SMTP, one mail at a time on a thread of its own, with a limit for each wait. */
final class SmtpTransport implements MailTransport, AutoCloseable {
  private static final int SMTPS_PORT = 465;
  private static final int SMTP_PORT = 25;

  private final JavaMailSenderImpl sender;
  private final String from;
  private final Scheduler thread = Schedulers.newBoundedElastic(1, 1, "smtp", 60, true);

  SmtpTransport(String url, String from, Duration timeout) {
    this.sender = sender(server(url), timeout.toMillis());
    this.from = from;
  }

  @Override
  public Mono<Void> deliver(Letter letter) {
    return Mono.<Void>fromRunnable(() -> send(letter)).subscribeOn(thread);
  }

  private void send(Letter letter) {
    try {
      var message = sender.createMimeMessage();
      var helper = new MimeMessageHelper(message, true, StandardCharsets.UTF_8.name());
      helper.setFrom(from);
      helper.setTo(letter.recipient());
      helper.setSubject(letter.subject());
      helper.setText(letter.text(), letter.html());
      message.setHeader("Auto-Submitted", "auto-generated");
      message.setHeader(
          "Message-ID",
          "<" + letter.id() + ".gatehouse@" + from.substring(from.indexOf('@') + 1) + ">");
      sender.send(message);
    } catch (MailSendException failed) {
      throw isRefusedForGood(failed) ? new RefusedForGood(failed) : failed;
    } catch (MessagingException failed) {
      throw new MailSendException("the mail cannot be written", failed);
    }
  }

  /** An address is invalid when the server refused it for good (5yz to RCPT, RFC 5321). */
  private static boolean isRefusedForGood(MailSendException failed) {
    return failed.getFailedMessages().values().stream()
        .anyMatch(
            each ->
                each instanceof SendFailedException refused
                    && refused.getInvalidAddresses() != null
                    && refused.getInvalidAddresses().length > 0);
  }

  /** The parts of the URL. */
  private record Server(
      boolean tls, String host, int port, @Nullable String user, @Nullable String password) {}

  private static Server server(String text) {
    try {
      var url = new URI(text);
      var tls = "smtps".equals(url.getScheme());
      if (url.getHost() == null || (!tls && !"smtp".equals(url.getScheme()))) {
        throw malformed();
      }
      var port = url.getPort() > 0 ? url.getPort() : tls ? SMTPS_PORT : SMTP_PORT;
      var who = url.getUserInfo();
      if (who == null) {
        return new Server(tls, url.getHost(), port, null, null);
      }
      var parts = who.split(":", 2);
      if (parts.length < 2) {
        throw malformed();
      }
      return new Server(tls, url.getHost(), port, parts[0], parts[1]);
    } catch (URISyntaxException broken) {
      throw malformed();
    }
  }

  /** Without the value: it may have a password in it. */
  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "gatehouse.smtp-url (GATEHOUSE_SMTP_URL) must be smtp://user:pass@host:port or smtps://…,"
            + " with special characters of the password percent-encoded; user and password may be left out");
  }

  private static JavaMailSenderImpl sender(Server server, long timeoutMillis) {
    var sender = new JavaMailSenderImpl();
    var protocol = server.tls() ? "smtps" : "smtp";
    sender.setProtocol(protocol);
    sender.setHost(server.host());
    sender.setPort(server.port());
    sender.setDefaultEncoding(StandardCharsets.UTF_8.name());
    var settings = sender.getJavaMailProperties();
    var prefix = "mail." + protocol + ".";
    for (var wait : new String[] {"connectiontimeout", "timeout", "writetimeout"}) {
      settings.setProperty(prefix + wait, String.valueOf(timeoutMillis));
    }
    settings.setProperty(prefix + "ssl.checkserveridentity", "true");
    settings.setProperty(prefix + "starttls.enable", "true");
    // What QUIT says no longer matters.
    settings.setProperty(prefix + "quitwait", "false");
    if (server.user() != null) {
      sender.setUsername(server.user());
      sender.setPassword(server.password());
      settings.setProperty(prefix + "auth", "true");
      settings.setProperty(
          prefix + "starttls.required",
          String.valueOf(!server.tls() && !Loopback.is(server.host())));
    }
    return sender;
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
