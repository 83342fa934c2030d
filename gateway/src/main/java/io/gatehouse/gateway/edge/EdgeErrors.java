package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorRenderer;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import tools.jackson.databind.json.JsonMapper;

/** The gateway's own errors, in the form that whoever asked can read. */
@Component
@Order(-2)
class EdgeErrors extends ErrorRenderer {
  private final JsonMapper json;

  EdgeErrors(JsonMapper json) {
    super(json);
    this.json = json;
  }

  @Override
  protected byte[] body(ServerWebExchange exchange, ApiException error, String requestId) {
    var request = exchange.getRequest();
    var form =
        ErrorForm.of(
            request.getURI().getRawPath(), request.getHeaders().getFirst(HttpHeaders.ACCEPT));
    var headers = exchange.getResponse().getHeaders();
    headers.set(HttpHeaders.CONTENT_TYPE, form.contentType());
    form.headers().forEach(headers::set);
    return form.body(json, error, requestId);
  }
}
