package io.gatehouse.local;

import io.gatehouse.local.journey.JourneyFailed;
import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * {@code ./gatehouse}: the platform on one machine, from the command line. Whatever goes wrong is
 * told in a sentence; a command that cannot be meant ends with 2, one that failed with 1.
 */
@Command(
    name = "gatehouse",
    description = "Runs the whole platform on this machine: PostgreSQL, Redis and the services.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = "Gatehouse 1.0.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
final class Gatehouse {

  private static final Pattern OWN_SENTENCE =
      Pattern.compile("^Invalid value for [^:]*: (?=[A-Z]|--)");

  /** Runs one command and ends with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args.length == 0 ? new String[] {"help"} : args));
  }

  static CommandLine commandLine() {
    var line = new CommandLine(new Gatehouse());
    var progress = new Progress(line.getOut());
    return line.addSubcommand(new UpCommand(progress))
        .addSubcommand(new DownCommand(progress))
        .addSubcommand(new RestartCommand(progress))
        .addSubcommand(new StatusCommand(progress))
        .addSubcommand(new LogsCommand())
        .addSubcommand(new TokenCommand(progress))
        .addSubcommand(new MailsCommand(progress))
        .addSubcommand(new CheckCommand(progress))
        .addSubcommand(new DrillCommand(progress))
        .addSubcommand(new MakeCommand(progress))
        .addSubcommand(new NewServiceCommand(progress))
        .addSubcommand(new RemoveServiceCommand(progress))
        .addSubcommand(new MakeStartupCachesCommand())
        .setParameterExceptionHandler(
            (refused, _) -> {
              say(refused.getCommandLine(), misuse(refused));
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (failed, command, _) -> {
              say(command, sentence(failed));
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  private static void say(CommandLine command, String sentence) {
    command.getErr().println(sentence);
    command.getErr().flush();
  }

  private static String misuse(ParameterException refused) {
    var command = refused.getCommandLine();
    if (refused instanceof UnmatchedArgumentException unmatched
        && command.getParent() == null
        && !unmatched.getUnmatched().getFirst().startsWith("-")) {
      return "There is no command \"%s\"; there are %s."
          .formatted(unmatched.getUnmatched().getFirst(), commands(command));
    }
    // What our own converters say is a sentence already.
    var why =
        OWN_SENTENCE
            .matcher(refused.getMessage())
            .replaceFirst("")
            .replace("option option", "option")
            .replace("is not an int", "is not a number");
    return "%s%s See ./%s --help."
        .formatted(why, why.endsWith(".") ? "" : ".", command.getCommandSpec().qualifiedName());
  }

  private static String commands(CommandLine line) {
    return line.getSubcommands().entrySet().stream()
        .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  private static String sentence(Exception failed) {
    return switch (failed) {
      case Failure told -> String.valueOf(told.getMessage());
      case JourneyFailed told -> String.valueOf(told.getMessage());
      case UncheckedIOException unread -> Failure.reason(unread.getCause());
      case IOException unread -> Failure.reason(unread);
      default -> "This is a fault of the command line itself: " + failed;
    };
  }
}
