package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Refusals are answered on kept connections as surely as successes are, early ones included. */
class ErrorAnswersTest extends OrderServiceTest {
  private static final int ROUNDS = Integer.getInteger("orders.refusals", 60);

  @Test
  void refusals_areAllAnswered_whenTheyMixWithSuccessesOnKeptConnections() throws Exception {
    var id = ada.place();
    var tooLong = "{\"reason\":\"" + "x".repeat(60_000) + "\"}";
    Map<HttpRequest, Integer> requests = new LinkedHashMap<>();
    requests.put(ada.request("POST", "/api/orders", "{"), 400);
    requests.put(ada.request("POST", "/api/orders/" + id + "/shipment", "{}"), 403);
    requests.put(bob.request("POST", "/api/orders/" + id + "/cancellation", tooLong), 400);
    requests.put(api("").request("POST", "/api/orders", tooLong), 401);
    requests.put(ada.request("PUT", "/api/orders", tooLong), 405);
    requests.put(ada.request("GET", "/api/orders/" + UUID.randomUUID(), null), 404);
    requests.put(bob.request("GET", "/api/orders/" + id, null), 403);
    requests.put(ada.request("GET", "/api/orders?limit=0", null), 400);
    requests.put(ada.request("GET", "/api/orders/" + id, null), 200);
    requests.put(ada.request("POST", "/api/orders/" + id + "/delivery", "{}"), 403);

    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var runs =
          clients.invokeAll(
              IntStream.range(0, 8)
                  .<Callable<Void>>mapToObj(
                      _ ->
                          () -> {
                            for (var round = 0; round < ROUNDS; round++) {
                              requests.forEach(
                                  (request, status) ->
                                      assertThat(ada.send(request).status())
                                          .as(request.toString())
                                          .isEqualTo(status));
                            }
                            return null;
                          })
                  .toList());
      for (var run : runs) {
        run.get();
      }
    }
  }
}
