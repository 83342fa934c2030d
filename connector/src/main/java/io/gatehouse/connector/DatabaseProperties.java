package io.gatehouse.connector;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the databases of users and orders are: on one server, read by one role.
 *
 * @param host where the server is; of a cluster all of them, as in {@code a,b} or {@code
 *     a:5432,b:5433}: the primary among them is found
 * @param port of servers that are named without one
 * @param user a role that may replicate and that both services know by this name
 * @param ca a PEM file with the authority that the server's certificate must come from: given, the
 *     connection is encrypted and the server's name is verified; else it is plain
 * @param users the database of user-service
 * @param orders the database of order-service
 */
@Validated
@ConfigurationProperties("gatehouse.db")
record DatabaseProperties(
    @NotBlank @DefaultValue("localhost") String host,
    @Min(1) @Max(65535) @DefaultValue("5432") int port,
    @NotBlank @DefaultValue("connector") String user,
    @NotBlank(message = "is required: set GATEHOUSE_DB_PASSWORD") String password,
    @Nullable Path ca,
    @Pattern(regexp = NAME, message = NAME_RULE) @DefaultValue("users") String users,
    @Pattern(regexp = NAME, message = NAME_RULE) @DefaultValue("orders") String orders) {
  /** Slots are named after their database. */
  private static final java.util.regex.Pattern SEPARATOR =
      java.util.regex.Pattern.compile("\\s*,\\s*");

  private static final String NAME = "[a-z0-9_]{1,50}";

  private static final String NAME_RULE =
      "must be 1 to 50 small letters, digits and underscores, as its replication slot is named after it";

  /** The database of these events. */
  String databaseOf(EventTable table) {
    return switch (table) {
      case USERS -> users;
      case ORDERS -> orders;
    };
  }

  /** As JDBC names them: {@code a:5432,b:5433}. */
  String servers() {
    return SEPARATOR
        .splitAsStream(host)
        .map(server -> server.contains(":") ? server : server + ":" + port)
        .collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return "DatabaseProperties[" + host + ":" + port + "/" + users + "," + orders + "]";
  }
}
