package io.gatehouse.local.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/** Hands out TCP ports, none twice. */
final class Ports {
  private final Set<Integer> taken = new HashSet<>();

  /** The preferred one when nobody listens there, else any free one. */
  synchronized int preferring(int preferred) {
    if (!taken.contains(preferred) && isFree(preferred)) {
      taken.add(preferred);
      return preferred;
    }
    return any();
  }

  /**
   * Where the probes of a service are that listens on this port: there, too, when it has but one.
   */
  int managementOf(Service service, int port) {
    return service.port() == service.managementPort() ? port : preferring(service.managementPort());
  }

  synchronized int any() {
    for (var attempt = 0; attempt < 100; attempt++) {
      try (var socket = new ServerSocket(0)) {
        if (taken.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      } catch (IOException failed) {
        throw new Failure("No free TCP port can be found: " + failed.getMessage(), failed);
      }
    }
    throw new Failure("No free TCP port can be found.");
  }

  /** Binding alone does not tell: some systems let a wildcard listener join one on loopback. */
  static boolean isFree(int port) {
    return !answers(port) && canBind(port);
  }

  private static boolean canBind(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }
}
