package io.gatehouse.users.store;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where PostgreSQL is and how long to wait for it.
 *
 * @param ca a PEM file with the authority that the server's certificate must come from: given, the
 *     connection is encrypted and the server's name is verified; else it is plain
 * @param connections of the pool; PostgreSQL serves two cores best with few
 * @param waiting how many requests may wait for a connection; more are refused at once
 * @param acquireTimeout how long each of them waits
 * @param statementTimeout after which the server gives up a statement
 */
@Validated
@ConfigurationProperties("gatehouse.db")
record DatabaseProperties(
    @NotBlank @DefaultValue("localhost") String host,
    @Min(1) @Max(65535) @DefaultValue("5432") int port,
    @NotBlank @DefaultValue("users") String name,
    @NotBlank @DefaultValue("users") String user,
    @NotBlank(message = "is required: set GATEHOUSE_DB_PASSWORD") String password,
    @Nullable Path ca,
    @Min(1) @Max(100) @DefaultValue("10") int connections,
    @Min(0) @DefaultValue("200") int waiting,
    @NotNull @DefaultValue("1s") Duration acquireTimeout,
    @NotNull @DefaultValue("2s") Duration statementTimeout) {

  String jdbcUrl() {
    var url =
        "jdbc:postgresql://%s:%d/%s?connectTimeout=5&loginTimeout=10&socketTimeout=600"
            .formatted(host, port, name);
    return ca == null ? url : url + "&sslmode=verify-full&sslrootcert=" + ca;
  }

  @Override
  public String toString() {
    return "DatabaseProperties[" + host + ":" + port + "/" + name + "]";
  }
}
