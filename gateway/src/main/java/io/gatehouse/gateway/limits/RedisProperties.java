package io.gatehouse.gateway.limits;

import io.gatehouse.defaults.platform.RedisConnector;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The Redis that the gateways share their limits through.
 *
 * @param ca a PEM file with the authority that the server's certificate must come from: given, the
 *     connection is encrypted and the server's name is verified; else it is plain
 */
@Validated
@ConfigurationProperties("gatehouse.redis")
record RedisProperties(
    @NotBlank @DefaultValue("localhost") String host,
    @Min(1) @Max(65535) @DefaultValue("6379") int port,
    @Nullable String password,
    @Nullable Path ca) {

  RedisConnector.Address address() {
    return new RedisConnector.Address(host, port, password, ca);
  }

  @Override
  public String toString() {
    return "RedisProperties[" + host + ":" + port + "]";
  }
}
