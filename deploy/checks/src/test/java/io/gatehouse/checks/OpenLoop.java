package io.gatehouse.checks;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A steady stream of requests that waits for no answer and never retries; whatever is not a 200
 * within five seconds is a failure.
 */
final class OpenLoop implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final List<String> PATHS = List.of("/api/users?limit=1", "/api/orders?limit=1");

  private final HttpClient client;
  private final URI url;
  private final String token;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  private OpenLoop(HttpClient client, URI url, String token) {
    this.client = client;
    this.url = url;
    this.token = token;
  }

  /**
   * @param certificate the door's own, the only one trusted
   */
  static OpenLoop started(URI url, Path certificate, int perSecond)
      throws GeneralSecurityException, IOException, InterruptedException {
    var client =
        HttpClient.newBuilder()
            .sslContext(trusting(certificate))
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    var loop = new OpenLoop(client, url, token(client, url));
    var _ =
        loop.clock.scheduleAtFixedRate(
            loop::send, 0, TimeUnit.SECONDS.toNanos(1) / perSecond, TimeUnit.NANOSECONDS);
    return loop;
  }

  private void send() {
    var path = PATHS.get(sent.getAndIncrement() % PATHS.size());
    var request =
        HttpRequest.newBuilder(url.resolve(path))
            .header("Authorization", "Bearer " + token)
            .timeout(PATIENCE)
            .build();
    var _ =
        client
            .sendAsync(request, BodyHandlers.ofString())
            .whenComplete(
                (response, failed) -> {
                  if (failed != null) {
                    failures.add(path + " " + failed);
                  } else if (response.statusCode() != 200) {
                    failures.add(path + " " + response.statusCode() + " " + response.body());
                  }
                  answered.incrementAndGet();
                });
  }

  int answered() {
    return answered.get();
  }

  /** Sends no more, waits for what is under way, and gives what failed. */
  List<String> failures() throws InterruptedException {
    clock.shutdown();
    clock.awaitTermination(5, TimeUnit.SECONDS);
    client.shutdown();
    client.awaitTermination(PATIENCE.plusSeconds(5));
    return List.copyOf(failures);
  }

  private static String token(HttpClient client, URI url) throws IOException, InterruptedException {
    var demo = "demo-service:demo-secret".getBytes(StandardCharsets.UTF_8);
    var answer =
        client.send(
            HttpRequest.newBuilder(url.resolve("/oauth2/token"))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(demo))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .timeout(PATIENCE)
                .POST(
                    BodyPublishers.ofString(
                        "grant_type=client_credentials&scope=users.read%20orders.read"))
                .build(),
            BodyHandlers.ofString());
    var token = Pattern.compile("\"access_token\":\"([^\"]+)\"").matcher(answer.body());
    if (!token.find()) {
      throw new AssertionError("no token: " + answer.statusCode() + " " + answer.body());
    }
    return token.group(1);
  }

  private static SSLContext trusting(Path certificate)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream file = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "door", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    client.shutdownNow();
  }
}
