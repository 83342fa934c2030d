package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OsProcessTest {
  @TempDir private Path folder;

  @Test
  void program_runsInABackgroundGroupOfItsOwn_untilItIsStopped() throws Exception {
    var log = folder.resolve("log");
    var process =
        OsProcess.launch(
            List.of("bash", "-c", "echo $WORD; ps -o pgid= -p $$; exec tail -f /dev/null"),
            Map.of("WORD", "hello"),
            log);
    try {
      await().until(() -> Files.exists(log) && Files.readAllLines(log).size() == 2);

      assertThat(process.isAlive()).isTrue();
      assertThat(Files.readAllLines(log))
          .extracting(String::strip)
          .containsExactly("hello", String.valueOf(process.pid()));
    } finally {
      process.stop("TERM", Duration.ofSeconds(5));
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void processIsNotAlive_whenItsIdBelongsToAnother() {
    var own = ProcessHandle.current();
    var started = own.info().startInstant().orElseThrow();

    assertThat(new OsProcess(own.pid(), started).isAlive()).isTrue();
    assertThat(new OsProcess(own.pid(), started.minusSeconds(60)).isAlive()).isFalse();
  }

  @Test
  void processIsNotAlive_afterItWasKilled() {
    var process =
        OsProcess.launch(List.of("tail", "-f", "/dev/null"), Map.of(), folder.resolve("log"));
    process.signal("KILL");

    assertThat(process.endsWithin(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void process_isAlive_whileOneOfItsThreadsIs() {
    assumeThat(Path.of("/usr/bin/python3")).isExecutable();
    var firstThreadEnds =
        "import ctypes, threading, time; threading.Thread(target=time.sleep, args=(60,)).start();"
            + " ctypes.CDLL(None).pthread_exit(None)";
    var process =
        OsProcess.launch(
            List.of("/usr/bin/python3", "-c", firstThreadEnds), Map.of(), folder.resolve("log"));
    try {
      await().until(() -> state(process.pid()) == 'Z');

      assertThat(process.isAlive()).isTrue();
    } finally {
      process.kill();
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void signalToAll_reachesWhatTheProcessStarted() throws IOException {
    var log = folder.resolve("log");
    var process =
        OsProcess.launch(List.of("bash", "-c", "tail -f /dev/null & echo $!; wait"), Map.of(), log);
    await().until(() -> Files.exists(log) && !Files.readString(log).isBlank());
    var child = Long.parseLong(Files.readString(log).strip());
    try {
      process.signalAll("STOP");
      await().until(() -> state(process.pid()) == 'T' && state(child) == 'T');

      process.signalAll("CONT");
      await().until(() -> state(process.pid()) == 'S' && state(child) == 'S');
    } finally {
      process.signalAll("KILL");
    }
    await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  private static char state(long pid) throws IOException {
    var stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }
}
