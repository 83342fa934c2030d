package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Writes programs and starts them, never both at once: a new process holds for a moment what its
 * parent has open, and a program that somebody has open for writing fails with "Text file busy".
 */
final class Programs {
  private static final ReadWriteLock LOCK = new ReentrantReadWriteLock();

  private Programs() {}

  /** Writes a program that anybody may run; the file must not be there yet. */
  static void write(InputStream content, Path program) throws IOException {
    LOCK.writeLock().lock();
    try {
      Files.copy(content, program);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    } finally {
      LOCK.writeLock().unlock();
    }
  }

  /** Starts a process; it has let go of all that it does not need when this returns. */
  static Process start(ProcessBuilder builder) throws IOException {
    LOCK.readLock().lock();
    try {
      return builder.start();
    } finally {
      LOCK.readLock().unlock();
    }
  }
}
