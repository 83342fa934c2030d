package io.gatehouse.local.platform;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Lets one command at a time change what runs from a data folder. */
final class Lock implements AutoCloseable {
  private final FileChannel channel;

  private Lock(FileChannel channel) {
    this.channel = channel;
  }

  static Lock on(Home home) {
    var file = home.data().resolve("lock");
    try {
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new Failure(
            "Another gatehouse command is starting or stopping things in %s; wait for it or stop it."
                .formatted(home.data()));
      }
      return new Lock(channel);
    } catch (IOException failed) {
      throw new Failure("Cannot lock " + file + ": " + Failure.reason(failed), failed);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
