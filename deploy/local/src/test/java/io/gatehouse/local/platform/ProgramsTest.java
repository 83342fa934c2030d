package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
  private static final int PROGRAMS = 200;

  /** Before, one first start in many failed with "Text file busy". */
  @Test
  void program_canBeStartedOnceItIsWritten_whileOthersAreStarted(@TempDir Path folder)
      throws Exception {
    var over = new AtomicBoolean();
    try (var others = Executors.newFixedThreadPool(2)) {
      for (var i = 0; i < 2; i++) {
        others.submit(
            () -> {
              while (!over.get()) {
                Programs.start(new ProcessBuilder("/bin/true")).waitFor();
              }
              return null;
            });
      }
      try {
        for (var i = 0; i < PROGRAMS; i++) {
          var program = folder.resolve("program-" + i);
          try (var content = Files.newInputStream(Path.of("/bin/true"))) {
            Programs.write(content, program);
          }
          assertThat(Programs.start(new ProcessBuilder(program.toString())).waitFor()).isZero();
        }
      } finally {
        over.set(true);
      }
    }
  }
}
