package io.gatehouse.defaults.platform;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.concurrent.TimeoutException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.client.RestClientResponseException;

/** What a call says about the service that was called. */
enum CallVerdict {
  /** It works, whatever it thinks of the request; a call that it sheds is an answer, too. */
  ANSWERED,
  /** The request was sent, and came to nothing. */
  FAILED,
  /** No connection: nothing that was sent can be the reason. */
  UNREACHABLE,
  /** Nothing: no call was made. */
  NOTHING;

  static CallVerdict of(Throwable thrown) {
    return switch (thrown) {
      case RestClientResponseException answer -> {
        var headers = answer.getResponseHeaders();
        yield of(answer.getStatusCode(), headers == null ? HttpHeaders.EMPTY : headers);
      }
      case ConnectException _, HttpConnectTimeoutException _ -> UNREACHABLE;
      case IOException _, TimeoutException _ -> FAILED;
      default -> thrown.getCause() instanceof IOException cause ? of(cause) : NOTHING;
    };
  }

  static CallVerdict of(HttpStatusCode status, HttpHeaders headers) {
    return switch (status.value()) {
      case 502, 504 -> FAILED;
      case 503 -> ofUnavailable(headers);
      default -> ANSWERED;
    };
  }

  private static CallVerdict ofUnavailable(HttpHeaders headers) {
    // Without any header it is the load balancer's own: no instance is registered.
    if (headers.isEmpty()) {
      return NOTHING;
    }
    return headers.containsHeader(HttpHeaders.RETRY_AFTER) ? ANSWERED : FAILED;
  }

  boolean isFailure() {
    return this == FAILED || this == UNREACHABLE;
  }
}
