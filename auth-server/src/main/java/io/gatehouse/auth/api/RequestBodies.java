package io.gatehouse.auth.api;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.StrictJson;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.springframework.stereotype.Component;

/** Reads JSON bodies as strictly as every service does. */
@Component
public class RequestBodies {
  private final StrictJson json;

  RequestBodies(StrictJson json) {
    this.json = json;
  }

  /** Makes at start what reading these bodies needs. */
  public RequestBodies prepare(Class<?>... types) {
    json.prepare(types);
    return this;
  }

  /**
   * The request's body as a valid {@code type}.
   *
   * @throws ApiException PAYLOAD_TOO_LARGE over 1 MiB, MALFORMED_REQUEST or VALIDATION_ERROR
   */
  public <T> T read(HttpServletRequest request, Class<T> type) {
    return json.parse(bytes(request), type);
  }

  /** No fields at all. */
  record Nothing() {}

  /**
   * Passes when there is no body, or one that says nothing.
   *
   * @throws ApiException as {@link #read}
   */
  public void requireEmpty(HttpServletRequest request) {
    var bytes = bytes(request);
    if (bytes.length > 0) {
      json.parse(bytes, Nothing.class);
    }
  }

  private static byte[] bytes(HttpServletRequest request) {
    try {
      var bytes = request.getInputStream().readNBytes(StrictJson.MAX_BYTES + 1);
      if (bytes.length > StrictJson.MAX_BYTES) {
        throw ApiException.of(ErrorCode.PAYLOAD_TOO_LARGE);
      }
      return bytes;
    } catch (SocketTimeoutException late) {
      throw ApiException.of(ErrorCode.REQUEST_TIMEOUT, late);
    } catch (IOException broken) {
      throw ApiException.malformed("The request body cannot be read");
    }
  }
}
