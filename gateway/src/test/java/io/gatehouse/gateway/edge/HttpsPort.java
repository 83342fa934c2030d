package io.gatehouse.gateway.edge;

/** Tells a test where HTTPS is served. */
public final class HttpsPort {
  private final HttpsConnector connector;

  public HttpsPort(HttpsConnector connector) {
    this.connector = connector;
  }

  public int port() {
    return connector.port();
  }

  public void stop() {
    connector.stop();
  }

  public void start() {
    connector.start();
  }

  /** Stops the connector and starts it again, as a paused application context does. */
  public void restart() {
    connector.stop();
    connector.start();
  }
}
