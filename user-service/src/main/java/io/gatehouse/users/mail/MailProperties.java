package io.gatehouse.users.mail;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How mail is sent.
 *
 * @param smtpUrl the server, such as {@code smtp://user:pass@smtp.example.com:587}: encrypted by
 *     STARTTLS where the server offers it, and always where there is a password; {@code smtps://}
 *     encrypts from the first byte
 * @param mailFrom the sender's address; needed with {@code smtpUrl}
 * @param mailKeep whether mails are kept for {@code ./gatehouse mails} where there is no SMTP
 *     server; refused unless the public URL is loopback
 * @param mailTimeout for a connection and for each answer of the SMTP server
 * @param mailRetry before the second attempt, doubling with each further one up to an hour
 * @param mailAttempts after which a mail is parked: 30 take about 22 hours
 */
@Validated
@ConfigurationProperties("gatehouse")
record MailProperties(
    @Nullable String smtpUrl,
    @Nullable
        @Pattern(
            regexp = "\\s*|[^@\\s<>,;]+@[^@\\s<>,;]+",
            message = "must be an address such as no-reply@example.com (GATEHOUSE_MAIL_FROM)")
        String mailFrom,
    @DefaultValue("false") boolean mailKeep,
    @NotNull @DefaultValue("20s") Duration mailTimeout,
    @NotNull @DefaultValue("10s") Duration mailRetry,
    @Min(1) @Max(1000) @DefaultValue("30") int mailAttempts) {
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  MailProperties {
    if (smtpUrl != null && smtpUrl.isBlank()) {
      smtpUrl = null;
    }
    if (mailFrom != null) {
      mailFrom = mailFrom.isBlank() ? null : mailFrom.strip();
    }
    if (smtpUrl != null && mailFrom == null) {
      throw new IllegalArgumentException(
          "gatehouse.mail-from (GATEHOUSE_MAIL_FROM) must be the sender's address when"
              + " gatehouse.smtp-url (GATEHOUSE_SMTP_URL) is set");
    }
  }

  /**
   * How long whoever sends a mail keeps others from it: longer than an SMTP dialogue can take in
   * which each of about a dozen answers comes at the last moment.
   */
  Duration lease() {
    return mailTimeout.multipliedBy(15);
  }

  /** How long a mail rests after so many failed attempts. */
  Duration pause(int attempts) {
    var pause = mailRetry.multipliedBy(1L << Math.min(attempts - 1, 20));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  @Override
  public String toString() {
    return "MailProperties[withheld]";
  }
}
