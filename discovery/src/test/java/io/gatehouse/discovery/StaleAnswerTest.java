package io.gatehouse.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.netflix.appinfo.DataCenterInfo.Name;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import com.netflix.appinfo.MyDataCenterInfo;
import com.netflix.eureka.registry.PeerAwareInstanceRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Who registers while an answer is being made is not in it, and in the next one soon after. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"gatehouse.discovery.password=open-sesame", "management.server.port=0"})
class StaleAnswerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Interrupting metadata = new Interrupting();

  @Autowired private PeerAwareInstanceRegistry registry;
  @LocalServerPort private int port;

  /** Does something once, when it is next read: in the middle of whoever writes it. */
  private static final class Interrupting extends ConcurrentHashMap<String, String> {
    private static final long serialVersionUID = 1L;
    private transient volatile @Nullable Runnable interruption;

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
      var once = interruption;
      interruption = null;
      if (once != null) {
        once.run();
      }
      return super.entrySet();
    }
  }

  @Test
  void instanceThatRegistersWhileAnAnswerIsMade_isInALaterOne() throws Exception {
    metadata.put("zone", "a");
    registry.register(instance("first", metadata), false);
    metadata.interruption = () -> registry.register(instance("second", Map.of()), false);

    assertThat(apps()).contains("first").doesNotContain("second");

    await().untilAsserted(() -> assertThat(apps()).contains("second"));
  }

  private static InstanceInfo instance(String name, Map<String, String> metadata) {
    return InstanceInfo.Builder.newBuilder()
        .setInstanceId(name + ":1")
        .setAppName(name)
        .setHostName("127.0.0.1")
        .setIPAddr("127.0.0.1")
        .setVIPAddress(name)
        .setPort(8082)
        .setStatus(InstanceStatus.UP)
        .setDataCenterInfo(new MyDataCenterInfo(Name.MyOwn))
        .setMetadata(metadata)
        .build();
  }

  private String apps() throws IOException, InterruptedException {
    var basic =
        Base64.getEncoder()
            .encodeToString("gatehouse:open-sesame".getBytes(StandardCharsets.UTF_8));
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/eureka/apps".formatted(port)))
            .header("Accept", "application/json")
            .header("Authorization", "Basic " + basic)
            .build();
    return client.send(request, BodyHandlers.ofString()).body();
  }
}
