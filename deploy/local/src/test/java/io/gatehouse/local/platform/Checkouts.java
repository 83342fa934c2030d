package io.gatehouse.local.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checkouts of which a test needs nothing but the list of services. */
public final class Checkouts {
  public static final Path ROOT = Path.of("").toAbsolutePath().resolve("../..").normalize();

  private Checkouts() {}

  /** As this one, with another service at the end of the list. */
  static Path withAnother(Path folder, String service) throws IOException {
    var list = Files.readString(ROOT.resolve(Services.FILE));
    return with(
        folder, list.replace("\n# What services share", service + "\n# What services share"));
  }

  /** Its programs are this one's: they are unpacked once. */
  static Path with(Path folder, String list) throws IOException {
    Files.createDirectories(folder.resolve(".gatehouse"));
    var programs = Files.createDirectories(ROOT.resolve(".gatehouse/cache"));
    Files.createSymbolicLink(folder.resolve(".gatehouse/cache"), programs);
    Files.writeString(folder.resolve(Services.FILE), list);
    return folder;
  }
}
