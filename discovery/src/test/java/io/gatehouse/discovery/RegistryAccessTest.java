package io.gatehouse.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.security.core.userdetails.UserDetailsService;

@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"gatehouse.discovery.password=open-sesame", "management.server.port=0"})
class RegistryAccessTest {
  private static final String INSTANCE =
      """
      {"instance":{"instanceId":"intruder:1","hostName":"10.0.0.9","app":"ORDER-SERVICE",
       "ipAddr":"10.0.0.9","vipAddress":"order-service","status":"UP","port":{"$":8082,"@enabled":true},
       "dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"}}}""";

  private final HttpClient client = HttpClient.newHttpClient();

  @Autowired private ApplicationContext context;
  @LocalServerPort private int port;
  @LocalManagementPort private int managementPort;

  @Test
  void registration_isRefused_withoutCredentials() throws Exception {
    var answer = send(registration("order-service"));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate"))
        .hasValue("Basic realm=\"gatehouse\"");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.body())
        .contains("\"code\":\"UNAUTHENTICATED\"", "\"details\":[]", "\"requestId\":\"");
    assertThat(registry()).doesNotContain("intruder");
  }

  @Test
  void nobody_isMadeUp_besideThoseWhoRegister() {
    assertThat(context.getBeanNamesForType(UserDetailsService.class)).isEmpty();
  }

  @Test
  void registration_isRefused_withAWrongPassword() throws Exception {
    var answer =
        send(registration("order-service").header("Authorization", basic("gatehouse", "x")));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("\"code\":\"UNAUTHENTICATED\"");
  }

  @Test
  void registration_isSeenByReaders_withCredentials() throws Exception {
    var answer = send(registration("greeter").header("Authorization", known()));

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(registry()).contains("greeter:1");
  }

  @Test
  void reading_isRefused_withoutCredentials() throws Exception {
    assertThat(send(request("/eureka/apps")).statusCode()).isEqualTo(401);
    assertThat(send(request("/")).statusCode()).isEqualTo(401);
  }

  @Test
  void unknownPath_isNotFound_withTheErrorBody() throws Exception {
    var answer =
        send(request("/nowhere").header("Authorization", known()).header("X-Request-Id", "abc-1"));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("abc-1");
    assertThat(answer.body())
        .isEqualTo(
            """
            {"error":{"code":"NOT_FOUND","message":"No such resource","details":[],"requestId":"abc-1"}}""");
  }

  @Test
  void actuator_answersOnTheManagementPortOnly_withoutCredentials() throws Exception {
    var health = HttpRequest.newBuilder(uri(managementPort, "/actuator/health/readiness"));
    assertThat(send(health).statusCode()).isEqualTo(200);

    var metrics = HttpRequest.newBuilder(uri(managementPort, "/actuator/prometheus"));
    assertThat(send(metrics).statusCode()).isEqualTo(200);

    var throughTheFront = request("/actuator/health").header("Authorization", known());
    assertThat(send(throughTheFront).statusCode()).isEqualTo(404);
  }

  private String registry() throws IOException, InterruptedException {
    return send(request("/eureka/apps").header("Authorization", known())).body();
  }

  private HttpRequest.Builder registration(String service) {
    return request("/eureka/apps/" + service)
        .header("Content-Type", "application/json")
        .POST(
            BodyPublishers.ofString(
                "greeter".equals(service)
                    ? INSTANCE
                        .replace("intruder:1", "greeter:1")
                        .replace("ORDER-SERVICE", "GREETER")
                    : INSTANCE));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(port, path)).header("Accept", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static URI uri(int port, String path) {
    return URI.create("http://localhost:" + port + path);
  }

  private static String known() {
    return basic("gatehouse", "open-sesame");
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
