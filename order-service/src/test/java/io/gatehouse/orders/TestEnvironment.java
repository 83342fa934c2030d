package io.gatehouse.orders;

import io.gatehouse.testing.TestPostgres;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The environment of an order-service under test. */
final class TestEnvironment {
  private TestEnvironment() {}

  static Map<String, String> of(TestPostgres.Database database) {
    var environment = new HashMap<>(database.environment());
    // As properties of a test, which have no other spelling, and as variables of a process.
    database
        .environment()
        .forEach(
            (name, value) ->
                environment.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
    environment.put("gatehouse.db.runtime-user", database.runtimeUser());
    environment.put("gatehouse.db.runtime-password", TestPostgres.Database.RUNTIME_PASSWORD);
    environment.put(
        "GATEHOUSE_DATA_ENCRYPTION_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    environment.put("GATEHOUSE_ORDER_SERVICE_SECRET", "order-service-secret");
    environment.put("EUREKA_CLIENT_ENABLED", "false");
    environment.put("eureka.client.enabled", "false");
    environment.put("management.server.port", "0");
    environment.put("gatehouse.drain", "0s");
    return environment;
  }
}
