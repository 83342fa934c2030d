package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.PublicApi.Answer;
import io.gatehouse.local.journey.SignIn;
import io.gatehouse.local.journey.SignIn.Tokens;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The service in Node of docs/other-languages.md, two instances of it behind the running platform's
 * door, which is given the route that the page shows.
 */
@ExtendWith(SharedPlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(40)
class OtherLanguageIT {
  private static final String GREETING = "/api/greetings/me";
  private static final Path PAGE = CommandLineRun.ROOT.resolve("docs/other-languages.md");
  private static final Path EXAMPLE = CommandLineRun.ROOT.resolve("docs/examples/greeting-service");
  private static final Path ROUTES =
      CommandLineRun.ROOT.resolve("gateway/src/main/resources/application.yml");
  private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

  private final RunningPlatform platform;
  private final PublicApi door;
  private final List<Instance> instances = new ArrayList<>();
  private Tokens ada;

  OtherLanguageIT(RunningPlatform platform) {
    this.platform = platform;
    this.door = new PublicApi(platform.url());
  }

  /** One process of the service. */
  private record Instance(Process process, int port) {
    /** It, past the door. */
    PublicApi api() {
      return new PublicApi(URI.create("http://127.0.0.1:" + port));
    }
  }

  @BeforeAll
  void start() throws Exception {
    var project = NodeProject.installed(EXAMPLE);
    for (var number = 1; number <= 2; number++) {
      var port = RunningPlatform.freePort();
      var environment = new HashMap<>(platform.membership());
      environment.put("SERVER_PORT", String.valueOf(port));
      var log = "service-" + number + ".txt";
      instances.add(new Instance(project.start(environment, log, "node", "service.mjs"), port));
    }
    for (var instance : instances) {
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(
              () -> instance.api().get("/actuator/health/readiness", null).status(),
              status -> status == 200);
    }
    platform
        .gatehouse(Map.of("SPRING_CONFIG_ADDITIONAL_LOCATION", routed()), "restart", "gateway")
        .succeeded();
    ada = new SignIn(platform.url()).tokensOf("ada@example.com", Person.PASSWORD);
  }

  /** The gateway's configuration with the page's route on top of the table. */
  private static String routed() throws IOException {
    var route = YAML.matcher(Files.readString(PAGE));
    assertThat(route.find()).as("a route in " + PAGE).isTrue();
    var table = Pattern.compile("(?m)^ +routes:\n").matcher(Files.readString(ROUTES));
    assertThat(table.find()).as("the table of routes in " + ROUTES).isTrue();
    var file = Path.of("target", "node", "routes", "application.yml").toAbsolutePath();
    Files.createDirectories(file.getParent());
    Files.writeString(
        file, table.replaceFirst(Matcher.quoteReplacement(table.group() + route.group(1))));
    return file.toUri().toString();
  }

  @AfterAll
  void stop() throws InterruptedException {
    for (var instance : instances) {
      instance.process().destroyForcibly().waitFor();
    }
    if (!instances.isEmpty()) {
      platform.gatehouse("restart", "gateway").succeeded();
    }
  }

  @Test
  @Order(1)
  void callerWithAToken_isGreeted_throughTheDoor() {
    var me = door.get("/api/users/me", ada.access()).json().path("id").asString();

    var greeted = door.send("GET", GREETING, ada.access(), null, "X-Request-Id", "greet-me");

    assertThat(greeted.status()).as(greeted.summary()).isEqualTo(200);
    assertThat(greeted.json().path("greeting").asString()).isEqualTo("Hello, " + me);
    assertThat(greeted.response().headers().firstValue("X-Request-Id")).hasValue("greet-me");
    assertThat(door.send("HEAD", GREETING, ada.access(), null).status()).isEqualTo(200);
    assertThat(door.get("/health", null).status()).isEqualTo(200);
  }

  @Test
  @Order(1)
  void caller_isRefused_asByEveryService() {
    refused(door.get(GREETING, null), 401, "UNAUTHENTICATED");
    refused(door.get(GREETING, narrowToken()), 403, "FORBIDDEN");
    refused(door.get("/api/greetings/nobody", ada.access()), 404, "NOT_FOUND");
    var post = door.post(GREETING, ada.access(), Map.of());
    refused(post, 405, "METHOD_NOT_ALLOWED");
    assertThat(post.response().headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @Test
  @Order(1)
  void token_isCheckedByTheServiceItself_forWhoeverComesPastTheDoor() {
    var service = instances.getFirst().api();
    assertThat(service.get(GREETING, ada.access()).status()).isEqualTo(200);

    var without = service.get(GREETING, null);
    refused(without, 401, "UNAUTHENTICATED");
    assertThat(without.response().headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    refused(service.get(GREETING, ada.id()), 401, "UNAUTHENTICATED");
    refused(service.get(GREETING, ada.access() + "A"), 401, "UNAUTHENTICATED");
    refused(service.get(GREETING, unsigned(ada.access())), 401, "UNAUTHENTICATED");
    refused(service.get(GREETING, narrowToken()), 403, "FORBIDDEN");
  }

  /** The gateway keeps idle connections for ten seconds, which Node by itself does not. */
  @Test
  @Order(1)
  void idleConnection_isKeptLonger_thanTheGatewayUsesIt() {
    var answer = instances.getFirst().api().get(GREETING, ada.access());

    assertThat(answer.response().headers().firstValue("Keep-Alive")).hasValue("timeout=30");
  }

  @Test
  @Order(2)
  void stoppedInstance_losesNoRequest_whileTheOtherServes() {
    var stopping = instances.getFirst().process();
    stopping.destroy();
    var statuses = new ArrayList<Integer>();
    while (stopping.isAlive()) {
      statuses.add(door.get(GREETING, ada.access()).status());
    }
    statuses.add(door.get(GREETING, ada.access()).status());

    assertThat(statuses).hasSizeGreaterThan(1).containsOnly(200);
    assertThat(stopping.exitValue()).isZero();
  }

  private static void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.summary()).isEqualTo(status);
    assertThat(answer.errorCode()).isEqualTo(code);
    assertThat(answer.json().at("/error/details").isArray()).isTrue();
    assertThat(answer.json().at("/error/requestId").asString())
        .isEqualTo(answer.response().headers().firstValue("X-Request-Id").orElseThrow());
  }

  /** A token of the demo client without the scope that the service asks for. */
  private String narrowToken() {
    return new SignIn(platform.url()).asClient("demo-service", "demo-secret", "orders.read");
  }

  /** The same claims as their own witness. */
  private static String unsigned(String token) {
    var claims = token.split("\\.", -1)[1];
    return "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + claims + ".";
  }
}
