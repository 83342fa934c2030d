package io.gatehouse.local.platform;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the programs that come in jars, whole or not at all. */
final class Archives {
  private Archives() {}

  /** Work on a folder that is moved into place when it is finished. */
  interface Filling {
    void into(Path draft) throws IOException, InterruptedException;
  }

  /** The folder, filled by the work given when it is not there yet. */
  static Path once(Path folder, Filling filling) {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path draft = null;
    try {
      Files.createDirectories(folder.getParent());
      draft = Files.createTempDirectory(folder.getParent(), ".draft");
      filling.into(draft);
      Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
      return folder;
    } catch (IOException failed) {
      deleteTree(draft);
      if (Files.isDirectory(folder)) {
        return folder;
      }
      throw new Failure("Cannot write " + folder + ": " + Failure.reason(failed), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      deleteTree(draft);
      throw new Failure("Stopped while writing " + folder + ".", stopped);
    }
  }

  static void unpackTarXz(InputStream archive, Path folder) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException("the archive points outside itself: " + entry.getName());
        }
        unpack(tar, entry, target);
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else if (entry.isFile()) {
      if ((entry.getMode() & 0100) == 0) {
        Files.copy(tar, target);
      } else {
        Programs.write(tar, target);
      }
    }
  }

  static void deleteTree(@org.jspecify.annotations.Nullable Path folder) {
    if (folder == null || !Files.exists(folder)) {
      return;
    }
    try (var tree = Files.walk(folder)) {
      for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException left) {
      // A leftover draft is hidden, harmless and in a folder that can be deleted as a whole.
      return;
    }
  }
}
