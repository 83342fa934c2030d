package io.gatehouse.gateway.upstreams;

import org.springframework.http.HttpHeaders;

/** What a service answered; an error status is an answer too. */
public final class UpstreamResponse {
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  public UpstreamResponse(int status, HttpHeaders headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  public int status() {
    return status;
  }

  public HttpHeaders headers() {
    return headers;
  }

  /** The answer's bytes, not copied; empty when there is no body. */
  public byte[] body() {
    return body;
  }

  public boolean isSuccessful() {
    return status >= 200 && status < 300;
  }
}
