package io.gatehouse.local;

import io.gatehouse.local.journey.JourneyFailed;
import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Progress;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./gatehouse}: the platform on one machine, from the command line. */
@Command(
    name = "gatehouse",
    description = "Runs the whole platform on this machine: PostgreSQL, Redis and the services.",
    mixinStandardHelpOptions = true,
    version = "Gatehouse 1.0.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
final class Gatehouse {

  /** Runs one command and ends with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args.length == 0 ? new String[] {"help"} : args));
  }

  private static CommandLine commandLine() {
    var line = new CommandLine(new Gatehouse());
    var progress = new Progress(line.getOut());
    return line.addSubcommand(new UpCommand(progress))
        .addSubcommand(new DownCommand(progress))
        .addSubcommand(new RestartCommand(progress))
        .addSubcommand(new StatusCommand(progress))
        .addSubcommand(new LogsCommand())
        .addSubcommand(new TokenCommand(progress))
        .addSubcommand(new CheckCommand(progress))
        .addSubcommand(new MakeStartupCachesCommand())
        .setExecutionExceptionHandler(
            (thrown, command, _) -> {
              if (thrown instanceof Failure || thrown instanceof JourneyFailed) {
                command.getErr().println(thrown.getMessage());
                command.getErr().flush();
                return CommandLine.ExitCode.SOFTWARE;
              }
              throw thrown;
            });
  }
}
