package io.gatehouse.auth.web;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorBody;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.OAuthEndpoints;
import io.gatehouse.defaults.web.RequestId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The error body where the request never reached a filter of ours: HTTP that the container itself
 * refuses, and failures of the error page. It takes the place of the container's own HTML.
 */
final class PlainErrors extends ErrorReportValve {
  private final JsonMapper json;

  PlainErrors(JsonMapper json) {
    this.json = json;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable thrown) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    var error = ApiException.of(code(status));
    response.setStatus(error.status());
    var id = response.getHeader(RequestId.HEADER);
    if (id == null) {
      id = RequestId.keepOrCreate(request.getHeader(RequestId.HEADER));
      response.setHeader(RequestId.HEADER, id);
    }
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setContentType("application/json");
    var body =
        OAuthEndpoints.areForClients(String.valueOf(request.getRequestURI()))
            ? Map.of("error", error.status() < 500 ? "invalid_request" : "server_error")
            : ErrorBody.of(error, id);
    try {
      response
          .getOutputStream()
          .write(json.writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
    } catch (IOException gone) {
      container.getLogger().debug("the caller went away", gone);
    }
  }

  /** 417, 501 and 505 of the container speak of what it was sent, not of a failure. */
  private static ErrorCode code(int status) {
    return switch (status) {
      case 417, 501, 505 -> ErrorCode.MALFORMED_REQUEST;
      default -> ErrorCode.ofStatus(status);
    };
  }

  /** Puts it in, after Spring Boot has put in the container's. */
  @Component
  @Order(Ordered.LOWEST_PRECEDENCE)
  static class Installer implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    private final JsonMapper json;

    Installer(JsonMapper json) {
      this.json = json;
    }

    @Override
    public void customize(TomcatServletWebServerFactory server) {
      server.addContextCustomizers(
          context -> {
            var host = (StandardHost) context.getParent();
            var pipeline = host.getPipeline();
            Arrays.stream(pipeline.getValves())
                .filter(ErrorReportValve.class::isInstance)
                .forEach(pipeline::removeValve);
            host.setErrorReportValveClass("");
            pipeline.addValve(new PlainErrors(json));
          });
    }
  }
}
