package io.gatehouse.defaults.platform;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where Redis is. A service that uses it enables these properties.
 *
 * @param host where the Redis server is, for services that use one
 * @param port of the Redis server
 * @param password of Redis; none when it asks for none
 * @param ca a PEM file with the authority that the certificate of Redis must come from: given, the
 *     connection is encrypted and the server's name is verified; else it is plain
 */
@Validated
@ConfigurationProperties("gatehouse.redis")
public record RedisProperties(
    @NotBlank @DefaultValue("localhost") String host,
    @Min(1) @Max(65535) @DefaultValue("6379") int port,
    @Nullable String password,
    @Nullable Path ca) {

  @Override
  public String toString() {
    return "RedisProperties[" + host + ":" + port + "]";
  }
}
