package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that outlives the command that started it.
 *
 * @param pid its id, which the system gives to another process some day
 * @param startedAt when it started, which tells it from that other process
 */
public record OsProcess(long pid, Instant startedAt) {
  /**
   * With job control on, a background job gets a process group of its own, so Ctrl-C in the
   * terminal does not reach it; and it is nobody's child once the shell has ended.
   */
  private static final String DETACHED =
      """
      log=$1; shift; set -m; trap '' HUP; "$@" </dev/null >>"$log" 2>&1 & echo $!""";

  /** Starts a program in the background, its output appended to a log. */
  static OsProcess launch(List<String> command, Map<String, String> environment, Path log) {
    var shell = new ArrayList<>(List.of("bash", "-c", DETACHED, "gatehouse", log.toString()));
    shell.addAll(command);
    var builder = new ProcessBuilder(shell).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    builder.directory(log.resolveSibling(".").normalize().toFile());
    try {
      var starter = Programs.start(builder);
      var answer = new String(starter.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      var pid = Long.parseLong(answer.strip());
      // A process that died at once has no start time any more: then "now" can never match one.
      var started = ProcessHandle.of(pid).flatMap(handle -> handle.info().startInstant());
      return new OsProcess(pid, started.orElseGet(Instant::now));
    } catch (IOException | NumberFormatException failed) {
      throw new Failure("Cannot start " + command.getFirst() + ": " + failed.getMessage(), failed);
    }
  }

  /** Whether it runs; a zombie that nobody has reaped does not. */
  public boolean isAlive() {
    return handle().isPresent() && !isZombie();
  }

  private Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            handle ->
                handle
                    .info()
                    .startInstant()
                    .map(start -> Duration.between(start, startedAt).abs().toMillis() < 50)
                    .orElse(false));
  }

  private boolean isZombie() {
    var stat = Path.of("/proc", String.valueOf(pid), "stat");
    if (!Files.exists(stat)) {
      return false;
    }
    try {
      var line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      var state = line.charAt(line.lastIndexOf(')') + 2);
      return (state == 'Z' || state == 'X') && !hasMoreThreads();
    } catch (IOException gone) {
      return true;
    }
  }

  /** The first thread may end before others, which hold its ports and files for a moment. */
  private boolean hasMoreThreads() {
    var threads = Path.of("/proc", String.valueOf(pid), "task").toFile().list();
    return threads != null && threads.length > 1;
  }

  /** CPU time used so far; zero when it is gone. */
  public Duration cpu() {
    return handle().flatMap(handle -> handle.info().totalCpuDuration()).orElse(Duration.ZERO);
  }

  /** Sends a signal by name, such as {@code TERM}; nothing happens when it is gone. */
  public void signal(String name) {
    if (!isAlive()) {
      return;
    }
    try {
      var kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid));
      kill.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
      kill.start().waitFor(5, TimeUnit.SECONDS);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends a signal to it first, and then to all that descend from it. */
  public void signalAll(String name) {
    var before = descendants();
    signal(name);
    // It may have started more meanwhile, or be gone; after a STOP it starts none.
    Stream.concat(before.stream(), descendants().stream())
        .distinct()
        .forEach(one -> one.signal(name));
  }

  private List<OsProcess> descendants() {
    return handle().stream()
        .flatMap(ProcessHandle::descendants)
        .flatMap(one -> one.info().startInstant().stream().map(at -> new OsProcess(one.pid(), at)))
        .toList();
  }

  /** Ends it as a crash would. */
  public void kill() {
    signal("KILL");
    endsWithin(Duration.ofSeconds(5));
  }

  /** Asks it to end, waits, and ends it the hard way when it does not. */
  void stop(String signal, Duration patience) {
    signal(signal);
    if (!endsWithin(patience)) {
      signal("KILL");
      endsWithin(Duration.ofSeconds(5));
    }
  }

  /** Whether it ended in that time. */
  boolean endsWithin(Duration patience) {
    var deadline = System.nanoTime() + patience.toNanos();
    while (isAlive()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      pause(Duration.ofMillis(40));
    }
    return true;
  }

  /** The pause between two looks at something outside this process. */
  static void pause(Duration time) {
    new CompletableFuture<Void>()
        .completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
