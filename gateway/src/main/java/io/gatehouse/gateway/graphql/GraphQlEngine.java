package io.gatehouse.gateway.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.InvalidSyntaxError;
import graphql.ParseAndValidate;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.i18n.I18n;
import graphql.language.OperationDefinition.Operation;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.parser.exceptions.ParseCancelledException;
import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import io.gatehouse.gateway.composition.CallerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Runs operations against the bound schema, inside the limits. */
final class GraphQlEngine {
  private final BoundSchema bound;
  private final GraphQlProperties limits;
  private final boolean introspection;
  private final GraphQL graphQl;
  private final ParserOptions parsing;
  private final Cache<String, PreparedQuery> prepared;

  GraphQlEngine(BoundSchema bound, GraphQlProperties limits, boolean introspection) {
    this.bound = bound;
    this.limits = limits;
    this.introspection = introspection;
    this.graphQl =
        GraphQL.newGraphQL(bound.schema())
            .defaultDataFetcherExceptionHandler(new GraphQlErrors.OfFields())
            .preparsedDocumentProvider(
                (input, _) -> {
                  PreparedQuery query = input.getGraphQLContext().get(PreparedQuery.class);
                  return CompletableFuture.completedFuture(
                      new PreparsedDocumentEntry(query.document()));
                })
            .build();
    this.parsing =
        ParserOptions.newParserOptions()
            .maxTokens(limits.maxTokens())
            .maxCharacters(limits.maxCharacters())
            .maxWhitespaceTokens(limits.maxCharacters())
            .captureIgnoredChars(false)
            .captureLineComments(false)
            .readerTrackData(false)
            .redactTokenParserErrorMessages(true)
            .build();
    this.prepared =
        Caffeine.newBuilder()
            .maximumWeight(limits.rememberedCharacters())
            .weigher((String text, PreparedQuery _) -> text.length())
            .build();
    // The first mistake of each kind reads the library's messages from files: not on an event loop.
    for (var messages : I18n.BundleType.values()) {
      I18n.i18n(messages, Locale.ENGLISH);
    }
  }

  /** One operation to run. */
  record Request(String query, @Nullable String operationName, Map<String, Object> variables) {}

  /**
   * What came of it.
   *
   * @param body the response's JSON
   * @param ran false when the request was refused before anything ran: no {@code data}
   */
  record Answer(Map<String, Object> body, boolean ran) {}

  /**
   * Checks and runs one operation.
   *
   * @param changesAllowed false for a request that must be safe
   * @return never an error for what is the client's doing, except METHOD_NOT_ALLOWED for a change
   *     that is not allowed
   */
  Mono<Answer> run(Request request, CallerRequest caller, boolean changesAllowed) {
    try {
      var query = prepare(request.query());
      if (!query.isValid()) {
        var errors =
            query.errors().stream()
                .map(error -> GraphQlErrors.render(error, caller.requestId()))
                .toList();
        return Mono.just(refused(errors));
      }
      var operation = query.operation(request.operationName());
      if (!changesAllowed && operation.getOperation() != Operation.QUERY) {
        throw ApiException.of(ErrorCode.METHOD_NOT_ALLOWED, "Only queries may be sent by GET")
            .withHeader("Allow", "POST");
      }
      QueryCost.check(bound, query, operation, request.variables(), limits.maxCost());
      return execute(request, query, caller);
    } catch (ApiException refusal) {
      return refusal.status() == ErrorCode.METHOD_NOT_ALLOWED.status()
          ? Mono.error(refusal)
          : Mono.just(refused(List.of(GraphQlErrors.ofRequest(refusal, caller.requestId()))));
    }
  }

  private static Answer refused(List<Map<String, Object>> errors) {
    return new Answer(Map.of("errors", errors), false);
  }

  private PreparedQuery prepare(String text) {
    var known = prepared.getIfPresent(text);
    if (known != null) {
      return known;
    }
    var fresh = parse(text);
    if (fresh.isValid()) {
      prepared.put(text, fresh);
    }
    return fresh;
  }

  private PreparedQuery parse(String text) {
    try {
      var document =
          new Parser()
              .parseDocument(
                  ParserEnvironment.newParserEnvironment()
                      .document(text)
                      .parserOptions(parsing)
                      .locale(Locale.ENGLISH)
                      .build());
      QueryShape.check(document, limits, introspection);
      var errors = ParseAndValidate.validate(bound.schema(), document, Locale.ENGLISH);
      return errors.isEmpty() ? PreparedQuery.valid(document) : PreparedQuery.invalid(errors);
    } catch (ParseCancelledException tooLong) {
      throw ApiException.invalid(
          "query",
          "must have at most "
              + limits.maxCharacters()
              + " characters and "
              + limits.maxTokens()
              + " tokens");
    } catch (InvalidSyntaxException malformed) {
      return PreparedQuery.invalid(
          List.of(new InvalidSyntaxError(malformed.getLocation(), malformed.getMessage())));
    }
  }

  private Mono<Answer> execute(Request request, PreparedQuery query, CallerRequest caller) {
    var input =
        ExecutionInput.newExecutionInput()
            .query(request.query())
            .operationName(request.operationName())
            .variables(request.variables())
            .locale(Locale.ENGLISH)
            .dataLoaderRegistry(new DataLoaderRegistry())
            .graphQLContext(Map.of(CallerRequest.class, caller, PreparedQuery.class, query))
            .build();
    return Mono.fromFuture(() -> graphQl.executeAsync(input))
        .map(result -> answer(result, caller.requestId()));
  }

  private static Answer answer(ExecutionResult result, String requestId) {
    var body = new LinkedHashMap<String, Object>();
    if (!result.getErrors().isEmpty()) {
      body.put(
          "errors",
          result.getErrors().stream()
              .map(error -> GraphQlErrors.render(error, requestId))
              .toList());
    }
    if (result.isDataPresent()) {
      body.put("data", result.getData());
    }
    return new Answer(body, result.isDataPresent());
  }
}
