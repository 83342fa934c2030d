package io.gatehouse.gateway.graphql;

import graphql.ErrorClassification;
import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.ErrorRenderer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The platform's errors as GraphQL has them: the code in {@code extensions.code}. */
final class GraphQlErrors {
  private static final Logger log = LoggerFactory.getLogger(GraphQlErrors.class);
  private static final int LONGEST_MESSAGE = 500;
  private static final String CODE = "code";
  private static final String DETAILS = "details";

  private GraphQlErrors() {}

  /** What a field's call failed with, as that field's error. */
  static final class OfFields implements DataFetcherExceptionHandler {
    @Override
    public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
        DataFetcherExceptionHandlerParameters failed) {
      AnswerBudget budget =
          failed.getDataFetchingEnvironment().getGraphQlContext().get(AnswerBudget.class);
      if (!budget.tellsOneMore()) {
        return CompletableFuture.completedFuture(
            DataFetcherExceptionHandlerResult.newResult().build());
      }
      var thrown = failed.getException();
      var cause =
          thrown instanceof CompletionException && thrown.getCause() != null
              ? thrown.getCause()
              : thrown;
      var error = ErrorRenderer.translate(cause);
      if (error.code().equals(ErrorCode.INTERNAL_ERROR.name())) {
        log.error("GraphQL field {} failed", failed.getPath(), cause);
      }
      var rendered =
          GraphqlErrorBuilder.newError()
              .message("%s", error.getMessage())
              .path(failed.getPath())
              .location(failed.getSourceLocation())
              .extensions(Map.of(CODE, error.code(), DETAILS, error.details()))
              .build();
      return CompletableFuture.completedFuture(
          DataFetcherExceptionHandlerResult.newResult(rendered).build());
    }
  }

  /** An error that concerns the whole request. */
  static Map<String, Object> ofRequest(ApiException error, String requestId) {
    return render(error.getMessage(), error.code(), error.details(), requestId);
  }

  static Map<String, Object> render(GraphQLError error, String requestId) {
    var extensions = error.getExtensions();
    var code = extensions == null ? null : extensions.get(CODE);
    var details = extensions == null ? null : extensions.get(DETAILS);
    var rendered =
        render(
            error.getMessage(),
            code == null ? codeOf(error.getErrorType()) : code.toString(),
            details instanceof List<?> list ? list : List.of(),
            requestId);
    var locations = locations(error);
    if (!locations.isEmpty()) {
      rendered.put("locations", locations);
    }
    if (error.getPath() != null) {
      rendered.put("path", error.getPath());
    }
    return rendered;
  }

  /** A text that is cut short has errors without a place. */
  private static List<Map<String, Integer>> locations(GraphQLError error) {
    return error.getLocations() == null
        ? List.of()
        : error.getLocations().stream()
            .filter(Objects::nonNull)
            .map(at -> Map.of("line", at.getLine(), "column", at.getColumn()))
            .toList();
  }

  private static Map<String, Object> render(
      String message, String code, List<?> details, String requestId) {
    var extensions = new LinkedHashMap<String, Object>();
    extensions.put(CODE, code);
    extensions.put(DETAILS, details);
    extensions.put("requestId", requestId);
    var rendered = new LinkedHashMap<String, Object>();
    rendered.put("message", shortened(message));
    rendered.put("extensions", extensions);
    return rendered;
  }

  /** A message may quote the query, whose names can be as long as it is. */
  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE) + "…";
  }

  private static String codeOf(ErrorClassification kind) {
    var code =
        kind instanceof ErrorType type
            ? switch (type) {
              case InvalidSyntax -> ErrorCode.MALFORMED_REQUEST;
              case ValidationError, OperationNotSupported -> ErrorCode.VALIDATION_ERROR;
              // A service's answer does not fit the schema.
              case DataFetchingException, NullValueInNonNullableField -> ErrorCode.BAD_GATEWAY;
              case ExecutionAborted -> ErrorCode.INTERNAL_ERROR;
            }
            : ErrorCode.VALIDATION_ERROR;
    return code.name();
  }
}
