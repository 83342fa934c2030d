package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.local.platform.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the platform listens on, read from the system's table of sockets ({@code proc_net_tcp(5)}):
 * this machine, and nothing else, unless it was told otherwise.
 */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ListenersIT {
  private static final Path TABLE = Path.of("/proc/net/tcp");
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
  private static final String LISTENING = "0A";

  /** Bytes as the machine holds them, in words of four: little-endian on all that we run on. */
  private static final Set<String> LOOPBACK =
      Set.of("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");

  private final RunningPlatform platform;

  ListenersIT(RunningPlatform platform) {
    this.platform = platform;
  }

  /** A row of the table: {@code local_address} in hexadecimal. */
  private record Listener(String address, int port) {}

  @Test
  void everyListener_isOnTheLoopback_unlessToldOtherwise() throws IOException {
    assumeTrue(Files.isReadable(TABLE), "no table of sockets here");
    var components = platform.components();
    var listeners = listeners(components);

    var ports =
        listeners.stream().map(Listener::port).collect(Collectors.toCollection(TreeSet::new));
    for (var component : components) {
      assertThat(ports).as(component.name()).contains(component.port());
      if (component.managementPort() > 0) {
        assertThat(ports).as(component.name()).contains(component.managementPort());
      }
    }
    assertThat(ports).as("HTTPS").contains(platform.httpsPort());
    assertThat(listeners).allSatisfy(one -> assertThat(LOOPBACK).contains(one.address()));
  }

  private static List<Listener> listeners(List<Running> components) throws IOException {
    var inodes = new HashSet<String>();
    for (var component : components) {
      inodes.addAll(sockets(component.process().pid()));
    }
    var found = new ArrayList<Listener>();
    for (var table : List.of(TABLE, Path.of("/proc/net/tcp6"))) {
      if (!Files.isReadable(table)) {
        continue;
      }
      for (var row : Files.readAllLines(table)) {
        var fields = row.strip().split("\\s+");
        if (fields[3].equals(LISTENING) && inodes.contains(fields[9])) {
          var local = fields[1].split(":");
          found.add(new Listener(local[0], Integer.parseInt(local[1], 16)));
        }
      }
    }
    return found;
  }

  private static Set<String> sockets(long pid) throws IOException {
    try (var open = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
      return open.map(ListenersIT::target)
          .map(SOCKET::matcher)
          .filter(java.util.regex.Matcher::matches)
          .map(socket -> socket.group(1))
          .collect(Collectors.toSet());
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (java.nio.file.NoSuchFileException closed) {
      return "";
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
