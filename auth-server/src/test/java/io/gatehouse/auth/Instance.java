package io.gatehouse.auth;

import io.gatehouse.testing.TestPostgres;
import java.util.LinkedHashMap;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One of several auth-servers over one database. Its keys' calendar is long, its reload short. */
record Instance(ConfigurableApplicationContext context) implements AutoCloseable {

  /**
   * Starts one.
   *
   * @param changes names and values of properties, in turn
   */
  static Instance start(TestPostgres.Database database, String... changes) {
    var properties = new LinkedHashMap<String, Object>(database.environment());
    properties.put("server.port", 0);
    properties.put("management.server.port", 0);
    properties.put("eureka.client.enabled", false);
    properties.put("gatehouse.demo", true);
    properties.put("gatehouse.drain", "0s");
    properties.put("gatehouse.gateway-secret", "gateway-secret");
    properties.put("gatehouse.order-service-secret", "order-secret");
    properties.put("gatehouse.keys.lead", "1h");
    properties.put("gatehouse.keys.reload", "300ms");
    properties.put("gatehouse.key-encryption-key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    properties.put(
        "spring.cloud.discovery.client.simple.instances.user-service[0].uri",
        "http://localhost:" + AuthServerTest.USERS.server.port());
    for (int i = 0; i < changes.length; i += 2) {
      properties.put(changes[i], changes[i + 1]);
    }
    var arguments = properties.entrySet().stream().map(p -> "--" + p.getKey() + "=" + p.getValue());
    return new Instance(
        SpringApplication.run(AuthServerApplication.class, arguments.toArray(String[]::new)));
  }

  Browser program() {
    return new Browser(port());
  }

  int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  int managementPort() {
    return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
  }

  JdbcClient jdbc() {
    return context.getBean(JdbcClient.class);
  }

  @Override
  public void close() {
    context.close();
  }
}
