package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The start script answers for help itself; what it prints is what the commands say. */
class HelpTest {
  private static final Path PAGES = CommandLineRun.ROOT.resolve("deploy/local/src/main/help");

  static List<String> commands() {
    return Gatehouse.commandLine().getSubcommands().entrySet().stream()
        .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
        .filter(command -> !(command.getValue().getCommand() instanceof CommandLine.HelpCommand))
        .map(java.util.Map.Entry::getKey)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void page_saysWhatTheCommandSays_always(String command) {
    var line = Gatehouse.commandLine().getSubcommands().get(command);
    assertThat(PAGES.resolve(command + ".txt")).hasContent(line.getUsageMessage(Ansi.OFF));
  }

  @Test
  void page_isThere_forCommandsOnly() throws IOException {
    var line = Gatehouse.commandLine();
    assertThat(PAGES.resolve("top/usage.txt")).hasContent(line.getUsageMessage(Ansi.OFF));
    assertThat(PAGES.resolve("top/version.txt"))
        .hasContent(String.join("\n", line.getCommandSpec().version()));
    try (var pages = Files.newDirectoryStream(PAGES, "*.txt")) {
      assertThat(pages).hasSameSizeAs(commands());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0, Usage: gatehouse ",
    "--help, 0, Usage: gatehouse ",
    "help, 0, Usage: gatehouse ",
    "help up, 0, Usage: gatehouse up",
    "up --help, 0, Usage: gatehouse up",
    "logs -n 5 -h, 0, Usage: gatehouse logs",
    "--version, 0, Gatehouse ",
    "nonsense, 2, There is no command \"nonsense\"",
    "help nonsense, 2, There is no command \"nonsense\"",
    "top/usage, 2, There is no command \"top/usage\"",
    "--nonsense, 2, There is no command \"--nonsense\"",
  })
  void freshClone_answersForHelp_withoutABuildOrAJdk(
      String arguments, int status, String begin, @TempDir Path clone)
      throws IOException, InterruptedException {
    var script = Files.copy(CommandLineRun.ROOT.resolve("gatehouse"), clone.resolve("gatehouse"));
    copy(PAGES, clone.resolve("deploy/local/src/main/help"));
    var command = new ArrayList<>(List.of("bash", script.toString()));
    command.addAll(arguments.isEmpty() ? List.of() : List.of(arguments.split(" ")));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_HOME"));
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isEqualTo(status);
    assertThat(output).startsWith(begin).doesNotContain("Building");
    assertThat(clone.resolve(".gatehouse")).doesNotExist();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        var target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
