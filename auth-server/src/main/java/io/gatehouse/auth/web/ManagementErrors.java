package io.gatehouse.auth.web;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorBody;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.RequestId;
import jakarta.servlet.RequestDispatcher;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.WebRequest;

/** The error body on the management port, where Spring Boot renders errors from these. */
@Component
class ManagementErrors extends DefaultErrorAttributes {

  @Override
  public Map<String, @Nullable Object> getErrorAttributes(
      WebRequest request, ErrorAttributeOptions options) {
    var status =
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE, RequestAttributes.SCOPE_REQUEST);
    var code = ErrorCode.ofStatus(status instanceof Integer known ? known : 404);
    var id = RequestId.keepOrCreate(request.getHeader(RequestId.HEADER));
    return Map.of("error", ErrorBody.of(ApiException.of(code), id).error());
  }
}
