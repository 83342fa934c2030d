package io.gatehouse.local.platform;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** What stops a command: one sentence for the person who gave it, and perhaps some lines of log. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Failure(String sentence) {
    super(sentence);
  }

  public Failure(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /** Why a file could not be used, in words: the system's own message is often but a path. */
  public static String reason(@Nullable IOException failed) {
    return switch (failed) {
      case AccessDeniedException denied -> denied.getFile() + " may not be read or written";
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      case FileAlreadyExistsException file -> file.getFile() + " is a file and no folder";
      case NotDirectoryException file -> file.getFile() + " is a file and no folder";
      case FileSystemException other ->
          other.getFile()
              + (other.getReason() == null ? " is of no use" : ": " + other.getReason());
      case null -> "a file could not be read or written";
      case IOException other ->
          other.getMessage() == null ? "a file could not be read or written" : other.getMessage();
    };
  }
}
