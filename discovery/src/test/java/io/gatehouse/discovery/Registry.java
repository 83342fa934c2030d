package io.gatehouse.discovery;

import static org.awaitility.Awaitility.await;

import com.netflix.eureka.registry.AbstractInstanceRegistry;
import com.netflix.eureka.registry.PeerAwareInstanceRegistry;
import io.gatehouse.testing.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.netflix.eureka.server.event.EurekaInstanceRegisteredEvent;
import org.springframework.cloud.netflix.eureka.server.event.EurekaInstanceRenewedEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A registry that can be ended and started again; its peer and its clients have ways of their own.
 */
final class Registry implements AutoCloseable {
  static final String SERVICE = "gatehouse:open-sesame";
  static final String PEER = "peer:among-ourselves";
  static final HttpClient HTTP = HttpClient.newHttpClient();

  final TcpProxy peersWay = new TcpProxy(1);
  final TcpProxy clientsWay = new TcpProxy(1);
  private final List<EurekaInstanceRenewedEvent> renewals = new CopyOnWriteArrayList<>();
  private final List<String> registered = new CopyOnWriteArrayList<>();
  private @Nullable ConfigurableApplicationContext context;

  private final String host;

  Registry() {
    this("http://127.0.0.1");
  }

  /** How its peer calls it, without the port. */
  Registry(String host) {
    this.host = host;
  }

  void start(Registry other, String... properties) {
    var all = new ArrayList<>(List.of(properties));
    all.add("gatehouse.discovery.peers=" + other.peersUrl());
    startWith(all);
  }

  void startWith(List<String> properties) {
    var all = new ArrayList<String>();
    all.add("gatehouse.discovery.password=open-sesame");
    all.add("gatehouse.discovery.peer-password=among-ourselves");
    all.add("server.port=0");
    all.add("server.shutdown=immediate");
    all.add("management.server.port=0");
    all.addAll(properties);
    context =
        new SpringApplicationBuilder(DiscoveryApplication.class)
            .listeners(this::heard)
            .run(all.stream().map("--"::concat).toArray(String[]::new));
    peersWay.passTo(port("local.server.port"));
    clientsWay.passTo(port("local.server.port"));
  }

  private void heard(ApplicationEvent event) {
    if (event instanceof EurekaInstanceRenewedEvent renewal) {
      renewals.add(renewal);
    }
    if (event instanceof EurekaInstanceRegisteredEvent registration
        && !registration.isReplication()) {
      registered.add(registration.getInstanceInfo().getInstanceId());
    }
  }

  void startAndAwaitReady(Registry other, String... properties) {
    start(other, properties);
    await().until(this::isReady);
  }

  String peersUrl() {
    return "%s:%d/eureka/".formatted(host, peersWay.port());
  }

  String clientsUrl() {
    return "http://%s@127.0.0.1:%d/eureka/".formatted(SERVICE, clientsWay.port());
  }

  <T> T bean(Class<T> type) {
    if (context == null) {
      throw new IllegalStateException("not started");
    }
    return context.getBean(type);
  }

  boolean isReady() throws IOException, InterruptedException {
    return get(port("local.management.port"), "/actuator/health/readiness", SERVICE).statusCode()
        == 200;
  }

  /** What a service reads; empty when the registry is not open. */
  String instances() throws IOException, InterruptedException {
    var answer = get(port("local.server.port"), "/eureka/apps", SERVICE);
    return answer.statusCode() == 200 ? answer.body() : "";
  }

  boolean knows(String instance) throws IOException, InterruptedException {
    return instances().contains("\"instanceId\":\"" + instance + "\"");
  }

  /** The same through its clients' way; empty while it is away. */
  String readAsAService() {
    try {
      var answer = get(clientsWay.port(), "/eureka/apps", SERVICE);
      return answer.statusCode() == 200 ? answer.body() : "";
    } catch (IOException | InterruptedException away) {
      return "";
    }
  }

  /** How often the instance renewed its lease here, itself. */
  long renewals(String instance) {
    return renewals.stream()
        .filter(renewal -> !renewal.isReplication() && renewal.getServerId().equals(instance))
        .count();
  }

  /** Those that were told by the peer, too. */
  long anyRenewals(String instance) {
    return renewals.stream().filter(renewal -> renewal.getServerId().equals(instance)).count();
  }

  void forgetRenewals() {
    renewals.clear();
  }

  /** Instances that registered here, and not at the other. */
  List<String> direct() {
    return List.copyOf(registered);
  }

  /** Every lease counts as expired. */
  void expireAll() {
    ((AbstractInstanceRegistry) bean(PeerAwareInstanceRegistry.class)).evict(-3_600_000);
  }

  int register(String instance, String credentials, String... headers)
      throws IOException, InterruptedException {
    return post("/eureka/apps/GREETER", credentials, instance(instance), headers);
  }

  /** One registration, as a peer tells it. */
  int replicate(String path, String instance, String credentials)
      throws IOException, InterruptedException {
    var info = instance(instance).replaceFirst("^\\{\"instance\":", "").replaceFirst("}$", "");
    var list =
        """
        {"replicationList":[{"appName":"GREETER","id":"%s","lastDirtyTimestamp":1,"status":"UP",
         "action":"Register","instanceInfo":%s}]}"""
            .formatted(instance, info);
    return post(path, credentials, list);
  }

  int renew(String instance) throws IOException, InterruptedException {
    var request =
        request(port("local.server.port"), "/eureka/apps/GREETER/" + instance, SERVICE)
            .PUT(BodyPublishers.noBody());
    return HTTP.send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private int post(String path, String credentials, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        request(port("local.server.port"), path, credentials)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private static String instance(String id) {
    return """
    {"instance":{"instanceId":"%s","hostName":"10.0.0.9","app":"GREETER","ipAddr":"10.0.0.9",
     "vipAddress":"greeter","status":"UP","port":{"$":8082,"@enabled":true},
     "leaseInfo":{"renewalIntervalInSecs":5,"durationInSecs":15},
     "dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"}}}"""
        .formatted(id);
  }

  private static HttpResponse<String> get(int port, String path, String credentials)
      throws IOException, InterruptedException {
    return HTTP.send(request(port, path, credentials).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(int port, String path, String credentials) {
    var basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Accept", "application/json")
        .header("Authorization", "Basic " + basic);
  }

  private int port(String key) {
    if (context == null) {
      throw new IllegalStateException("not started");
    }
    return context.getEnvironment().getRequiredProperty(key, Integer.class);
  }

  /** Its port is closed, and nobody is told. */
  void end() {
    if (context != null) {
      context.close();
      context = null;
    }
  }

  @Override
  public void close() {
    end();
    peersWay.close();
    clientsWay.close();
  }
}
