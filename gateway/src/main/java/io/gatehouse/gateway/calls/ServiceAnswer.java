package io.gatehouse.gateway.calls;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorBody;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.upstreams.UpstreamResponse;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reads a service's answer: its JSON, or its refusal as the platform's own. */
public final class ServiceAnswer {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> PASSED_ON = List.of("WWW-Authenticate", "Retry-After");

  private ServiceAnswer() {}

  /**
   * The body of a success.
   *
   * @throws ApiException with the service's own code for a refusal; BAD_GATEWAY when the answer is
   *     not JSON
   */
  public static byte[] jsonOrThrow(UpstreamResponse response) {
    var json = isJson(response);
    if (response.status() >= 200 && response.status() < 300 && json) {
      return response.body();
    }
    throw json ? refusal(response) : unusable(response);
  }

  private static boolean isJson(UpstreamResponse response) {
    var type = response.headers().getContentType();
    return response.body().length > 0
        && type != null
        && MediaType.APPLICATION_JSON.isCompatibleWith(type);
  }

  private static ApiException refusal(UpstreamResponse response) {
    try {
      var tree = JSON.readTree(response.body());
      var content = tree.path("error");
      if (!content.path("code").isString()
          || !content.path("message").isString()
          || !content.path("details").isArray()) {
        return unusable(response);
      }
      ApiException refusal =
          new ServiceRefusal(response.status(), JSON.treeToValue(tree, ErrorBody.class).error());
      for (var name : PASSED_ON) {
        var value = response.headers().getFirst(name);
        refusal = value == null ? refusal : refusal.withHeader(name, value);
      }
      return refusal;
    } catch (JacksonException foreign) {
      return unusable(response);
    }
  }

  /** An answer without the platform's error body: its status tells what it can. */
  private static ApiException unusable(UpstreamResponse response) {
    for (var code : ErrorCode.values()) {
      if (code.status() == response.status() && response.status() != 400) {
        return ApiException.of(code);
      }
    }
    return ApiException.of(ErrorCode.BAD_GATEWAY);
  }

  /** A refusal with whatever code the service gave it. */
  private static final class ServiceRefusal extends ApiException {
    private static final long serialVersionUID = 1L;

    ServiceRefusal(int status, ErrorBody.Content error) {
      super(status, error.code(), error.message(), error.details(), Map.of(), null);
    }
  }
}
