package io.gatehouse.local;

import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Probe;
import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Running;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "mails",
    description = "Prints the mails that the platform keeps instead of sending them, oldest first.",
    footer = "Kept are the newest 1 000, while there is no GATEHOUSE_SMTP_URL.")
final class MailsCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.shared();

  @Mixin private final DataFolder folder = new DataFolder();

  private final Progress progress;

  MailsCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    var mails = mails();
    if (mails.isEmpty()) {
      progress.line("No mail is kept.");
    }
    for (var mail : mails) {
      progress.line("Date: " + mail.path("at").asString(""));
      progress.line("To: " + mail.path("to").asString(""));
      progress.line("Subject: " + mail.path("subject").asString(""));
      progress.line("");
      progress.line(mail.path("text").asString("").strip());
      progress.line("");
      progress.line("--");
    }
    return 0;
  }

  /** As any instance tells them: they lie in the database. */
  private JsonNode mails() {
    var services =
        Running.in(folder.running()).stream()
            .filter(one -> one.component().equals("user-service") && one.isAlive())
            .toList();
    for (var service : services) {
      var answer = Probe.of(service.managementPort(), "/actuator/mails");
      if (answer.ok()) {
        return JSON.readTree(answer.body());
      }
      if (answer.status() == 404) {
        throw new Failure(
            "Mails are not kept here: GATEHOUSE_MAIL_KEEP=true keeps them, with a public URL of this machine.");
      }
    }
    throw new Failure("user-service is not running: ./gatehouse up starts it.");
  }
}
