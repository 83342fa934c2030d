package io.gatehouse.gateway.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.InvalidSyntaxError;
import graphql.ParseAndValidate;
import graphql.execution.ResultNodesInfo;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.i18n.I18n;
import graphql.language.OperationDefinition.Operation;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.parser.exceptions.ParseCancelledException;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.calls.CallerRequest;
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
  /** Values of one answer at most, whatever was counted before; those of introspection, too. */
  private static final int MOST_VALUES = 100_000;

  /** Levels of the grammar's rules, several for each brace: no text can exhaust the stack. */
  private static final int MOST_NESTED = 300;

  /** Heap that the answer to an introspection takes, an estimate. */
  private static final long INTROSPECTION = 2 * 1024 * 1024;

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
    var failures = new GraphQlErrors.OfFields();
    this.graphQl =
        GraphQL.newGraphQL(bound.schema())
            .defaultDataFetcherExceptionHandler(failures)
            .queryExecutionStrategy(new ProjectingStrategy(failures, MOST_VALUES))
            .preparsedDocumentProvider((input, _) -> prepared(input))
            .build();
    this.parsing =
        ParserOptions.newParserOptions()
            .maxTokens(limits.maxTokens())
            .maxCharacters(limits.maxCharacters())
            .maxWhitespaceTokens(limits.maxCharacters())
            .maxRuleDepth(MOST_NESTED)
            .captureIgnoredChars(false)
            .captureLineComments(false)
            .readerTrackData(false)
            .redactTokenParserErrorMessages(true)
            .build();
    this.prepared =
        Caffeine.newBuilder()
            .maximumWeight(limits.remembered().toBytes())
            .weigher((String text, PreparedQuery query) -> 2 * text.length() + query.weight())
            .build();
    // The first mistake of each kind reads the library's messages from files: not on an event loop.
    for (var messages : I18n.BundleType.values()) {
      I18n.i18n(messages, Locale.ENGLISH);
    }
  }

  /** The document of the query that is run, which is not parsed again. */
  static CompletableFuture<PreparsedDocumentEntry> prepared(ExecutionInput input) {
    PreparedQuery query = input.getGraphQLContext().get(PreparedQuery.class);
    return CompletableFuture.completedFuture(new PreparsedDocumentEntry(query.document()));
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
    return Mono.defer(() -> checkAndRun(request, caller, changesAllowed));
  }

  private Mono<Answer> checkAndRun(Request request, CallerRequest caller, boolean changesAllowed) {
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
      QueryCost.check(
          query.selections().of(operation),
          request.variables(),
          limits.maxCost(),
          caller.maxCalls());
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
    // The parser's own bound on it throws inside of its reader.
    if (text.length() > limits.maxCharacters()) {
      throw tooLong();
    }
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
      return errors.isEmpty()
          ? PreparedQuery.valid(bound, document)
          : PreparedQuery.invalid(bound, errors);
    } catch (ParseCancelledException tooMuch) {
      throw tooLong();
    } catch (InvalidSyntaxException malformed) {
      return PreparedQuery.invalid(
          bound, List.of(new InvalidSyntaxError(malformed.getLocation(), malformed.getMessage())));
    }
  }

  private ApiException tooLong() {
    return ApiException.invalid(
        "query",
        "must have at most "
            + limits.maxCharacters()
            + " characters and "
            + limits.maxTokens()
            + " tokens, nested less deep");
  }

  private Mono<Answer> execute(Request request, PreparedQuery query, CallerRequest caller) {
    if (query.selections().introspects()) {
      caller.hold(INTROSPECTION);
    }
    var budget = new AnswerBudget(caller, limits.maxAnswer().toBytes());
    var input =
        ExecutionInput.newExecutionInput()
            .query(request.query())
            .operationName(request.operationName())
            .variables(request.variables())
            .locale(Locale.ENGLISH)
            .dataLoaderRegistry(new DataLoaderRegistry())
            .graphQLContext(
                Map.of(
                    AnswerBudget.class,
                    budget,
                    PreparedQuery.class,
                    query,
                    ResultNodesInfo.MAX_RESULT_NODES,
                    MOST_VALUES))
            .build();
    return Mono.fromFuture(() -> graphQl.executeAsync(input))
        .doOnCancel(input::cancel)
        .publishOn(caller.work())
        .map(result -> answer(result, input, caller.requestId()));
  }

  private Answer answer(ExecutionResult result, ExecutionInput input, String requestId) {
    ResultNodesInfo values = input.getGraphQLContext().get(ResultNodesInfo.RESULT_NODES_INFO);
    if (values != null && values.isMaxResultNodesExceeded()) {
      return refused(
          List.of(
              GraphQlErrors.ofRequest(
                  AnswerBudget.tooLarge(limits.maxAnswer().toBytes()), requestId)));
    }
    var body = new LinkedHashMap<String, Object>();
    if (!result.getErrors().isEmpty()) {
      body.put(
          "errors",
          result.getErrors().stream()
              .limit(AnswerBudget.MOST_ERRORS)
              .map(error -> GraphQlErrors.render(error, requestId))
              .toList());
    }
    if (result.isDataPresent()) {
      body.put("data", result.getData());
    }
    return new Answer(body, result.isDataPresent());
  }
}
