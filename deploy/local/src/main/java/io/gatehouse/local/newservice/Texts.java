package io.gatehouse.local.newservice;

import io.gatehouse.local.platform.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the checkout's files. */
final class Texts {
  private Texts() {}

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new Failure(
          "Cannot read %s: %s".formatted(file, Failure.reason(unreadable)), unreadable);
    }
  }
}
