package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.tokens.BearerTokenFilter.OpenPath;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * What the management port serves needs no access token: probes and scrapers have none, and clients
 * never reach that port. The filters of the service run there too, hence this exception.
 */
final class ManagementPaths implements OpenPath {
  private final Environment environment;

  ManagementPaths(Environment environment) {
    this.environment = environment;
  }

  @Override
  public boolean matches(ServerHttpRequest request) {
    var address = request.getLocalAddress();
    // Known only after both ports are bound; a service without a management port has none.
    var management = environment.getProperty("local.management.port", Integer.class);
    var service = environment.getProperty("local.server.port", Integer.class);
    return address != null
        && management != null
        && !management.equals(service)
        && address.getPort() == management;
  }
}
