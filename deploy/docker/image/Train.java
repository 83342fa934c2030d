import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The training run of an image: starts the service until its context is refreshed, writes the AOT
 * cache, and leaves. It needs no database: migrations are off, pools connect lazily, and the
 * context ends before anything is started. What it cannot reach it simply does not train.
 *
 * <p>The secrets it passes are worthless and stay in this process. Without a cache the image would
 * start slowly and nobody would notice, so that fails the build, unless {@code AOT=optional}.
 */
final class Train {
  private static final Path CACHE = Path.of("/app/aot/app.aot");
  private static final String KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";

  private Train() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Files.createDirectories(CACHE.getParent());
    var command =
        new ArrayList<>(
            List.of(
                "java",
                "@/app/java.options",
                "-XX:AOTCacheOutput=" + CACHE,
                "-Xlog:aot=error",
                "-Xlog:cds=error",
                "-Dspring.context.exit=onRefresh",
                "-Dspring.flyway.enabled=false",
                // No database and no registry here: do not wait for one.
                "-Dspring.datasource.hikari.initialization-fail-timeout=-1",
                "-Dspring.datasource.hikari.connection-timeout=250",
                "-Deureka.client.register-with-eureka=false",
                "-Deureka.client.fetch-registry=false",
                "-jar",
                "app.jar"));
    var process = new ProcessBuilder(command).inheritIO();
    process.environment().putAll(throwaway());
    var code = process.start().waitFor();
    var made = Files.exists(CACHE);
    System.out.println(
        "training run ended with " + code + "; AOT cache: " + (made ? Files.size(CACHE) : "none"));
    System.exit(made || "optional".equals(System.getenv("AOT")) ? 0 : 1);
  }

  private static Map<String, String> throwaway() {
    return Map.of(
        "GATEHOUSE_DISCOVERY_PASSWORD", "training",
        "GATEHOUSE_DB_PASSWORD", "training",
        "GATEHOUSE_REDIS_PASSWORD", "training",
        "GATEHOUSE_KAFKA_BOOTSTRAP", "localhost:9092",
        "GATEHOUSE_GATEWAY_SECRET", "training",
        "GATEHOUSE_ORDER_SERVICE_SECRET", "training",
        "GATEHOUSE_KEY_ENCRYPTION_KEY", KEY,
        "GATEHOUSE_DATA_ENCRYPTION_KEY", KEY);
  }
}
