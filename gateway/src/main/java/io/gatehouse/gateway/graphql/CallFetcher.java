package io.gatehouse.gateway.graphql;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.FieldCoordinates;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.calls.CallerRequest;
import io.gatehouse.gateway.calls.JsonFields;
import io.gatehouse.gateway.calls.PathTemplate;
import io.gatehouse.gateway.graphql.CallBinding.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderOptions;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Makes the calls that a field is bound to. */
final class CallFetcher implements DataFetcher<@Nullable Object> {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final PathTemplate CURSOR = PathTemplate.of("/?cursor={cursor}");

  /** As many as services take in one list of ids. */
  private static final int KEYS_AT_ONCE = 100;

  private final FieldCoordinates field;
  private final CallBinding binding;

  CallFetcher(FieldCoordinates field, CallBinding binding) {
    this.field = field;
    this.binding = binding;
  }

  @Override
  public @Nullable Object get(DataFetchingEnvironment environment) {
    AnswerBudget budget = environment.getGraphQlContext().get(AnswerBudget.class);
    var request = budget.caller();
    var batch = binding.batch();
    if (batch == null) {
      var call =
          binding.isRead()
              ? read(binding.path(), request, environment)
              : change(request, environment);
      return counted(call, budget, environment).toFuture();
    }
    var key = PathTemplate.idOrNull(sourceValue(batch.key(), environment));
    if (key == null) {
      return null;
    }
    if (!request.caller().isPrivileged()) {
      return counted(orNothing(read(binding.path(), request, environment)), budget, environment)
          .toFuture();
    }
    var name = field + environment.getArguments().toString();
    DataLoader<String, Object> loader =
        environment
            .getDataLoaderRegistry()
            .computeIfAbsent(name, _ -> loader(name, batch, request, environment));
    return loader
        .load(key)
        .thenApply(
            value -> {
              count(value, budget, environment);
              return value;
            });
  }

  /** The same value, counted before anything is made of it. */
  private static Mono<Object> counted(
      Mono<Object> value, AnswerBudget budget, DataFetchingEnvironment environment) {
    return value.doOnNext(known -> count(known, budget, environment));
  }

  private static void count(
      @Nullable Object value, AnswerBudget budget, DataFetchingEnvironment environment) {
    PreparedQuery query = environment.getGraphQlContext().get(PreparedQuery.class);
    budget.take(value, environment.getMergedField().getFields(), query.selections());
  }

  private DataLoader<String, Object> loader(
      String name, Batch batch, CallerRequest request, DataFetchingEnvironment environment) {
    var options = DataLoaderOptions.newOptions().setMaxBatchSize(KEYS_AT_ONCE).build();
    return DataLoaderFactory.newMappedDataLoader(
        name,
        (Set<String> keys) ->
            load(keys, batch, request, environment).toFuture().thenApply(Objects::requireNonNull),
        options);
  }

  private Mono<Map<String, Object>> load(
      Set<String> keys, Batch batch, CallerRequest request, DataFetchingEnvironment environment) {
    if (keys.size() == 1) {
      var key = keys.iterator().next();
      return orNothing(
              follow(
                  binding
                      .path()
                      .expand(
                          name ->
                              name.equals(CallBinding.SOURCE + batch.key())
                                  ? key
                                  : value(name, environment)),
                  request,
                  fields(environment)))
          .map(value -> Map.of(key, value))
          .defaultIfEmpty(Map.of());
    }
    var path =
        batch
            .path()
            .expand(
                name -> name.equals("keys") ? String.join(",", keys) : value(name, environment));
    return fetch(path, request, fields(environment)).map(answer -> sorted(answer, keys, batch));
  }

  /** Gives each key the items that match it. */
  private static Map<String, Object> sorted(Object answer, Set<String> keys, Batch batch) {
    var itemsByKey = new LinkedHashMap<String, List<Object>>();
    for (var item : items(answer)) {
      if (item instanceof Map<?, ?> json && json.get(batch.match()) instanceof String key) {
        itemsByKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(item);
      }
    }
    var values = new LinkedHashMap<String, Object>();
    for (var key : keys) {
      var items = itemsByKey.getOrDefault(key, List.of());
      switch (batch.each()) {
        case LIST -> values.put(key, items);
        case PAGE -> values.put(key, Map.of("items", items));
        case ONE -> {
          if (!items.isEmpty()) {
            values.put(key, items.getFirst());
          }
        }
      }
    }
    return values;
  }

  private Mono<Object> read(
      PathTemplate path, CallerRequest request, DataFetchingEnvironment environment) {
    return follow(path.expand(name -> value(name, environment)), request, fields(environment));
  }

  /** The value at this path; of as many pages as the binding says, all items. */
  private Mono<Object> follow(String path, CallerRequest request, JsonFields fields) {
    return binding.pages() == 1
        ? fetch(path, request, fields).map(this::valueOf)
        : page(path, null, 1, new ArrayList<>(), request, fields);
  }

  private Mono<Object> page(
      String path,
      @Nullable String cursor,
      int page,
      List<Object> items,
      CallerRequest request,
      JsonFields fields) {
    var whole =
        cursor == null
            ? path
            : path + (path.contains("?") ? "&" : "?") + CURSOR.expand(_ -> cursor).substring(2);
    return fetch(whole, request, fields)
        .flatMap(
            answer -> {
              items.addAll(items(answer));
              return page < binding.pages()
                      && answer instanceof Map<?, ?> json
                      && json.get("next") instanceof String next
                  ? page(path, next, page + 1, items, request, fields)
                  : Mono.just(items);
            });
  }

  private Mono<Object> fetch(String path, CallerRequest request, JsonFields fields) {
    return request.tree(binding.service(), path, binding.timeout(), fields);
  }

  private Mono<Object> change(CallerRequest request, DataFetchingEnvironment environment) {
    Object body = new LinkedHashMap<String, Object>();
    if (binding.input() != null) {
      body = environment.getArgument(binding.input());
    } else {
      var fields = new LinkedHashMap<String, @Nullable Object>();
      binding.body().forEach(name -> fields.put(name, environment.getArgument(name)));
      body = fields;
    }
    var sent =
        request
            .send(
                binding.service(),
                binding.method(),
                binding.path().expand(name -> value(name, environment)),
                JSON.writeValueAsBytes(body),
                ChangeHeaders.of(environment, request.given()),
                binding.timeout())
            // What was loaded before the change may be stale after it.
            .doOnTerminate(
                () ->
                    environment
                        .getDataLoaderRegistry()
                        .getDataLoaders()
                        .forEach(DataLoader::clearAll))
            .map(this::valueOf);
    return binding.isSignUp()
        ? request.signUp().then(sent.filter(user -> !Map.of().equals(user)))
        : sent;
  }

  private Object valueOf(Object answer) {
    if (binding.at() == null) {
      return answer;
    }
    var value = answer instanceof Map<?, ?> json ? json.get(binding.at()) : null;
    if (value == null) {
      throw ApiException.of(ErrorCode.BAD_GATEWAY);
    }
    return value;
  }

  private static JsonFields fields(DataFetchingEnvironment environment) {
    PreparedQuery query = environment.getGraphQlContext().get(PreparedQuery.class);
    return query.selections().fields();
  }

  /** A relation to what is gone is nothing, however it was asked for. */
  private static Mono<Object> orNothing(Mono<Object> value) {
    return value.onErrorResume(
        thrown -> thrown instanceof ApiException refusal && refusal.status() == 404,
        _ -> Mono.empty());
  }

  private static List<Object> items(Object answer) {
    if (answer instanceof Map<?, ?> json && json.get("items") instanceof List<?> items) {
      return List.copyOf(items);
    }
    throw ApiException.of(ErrorCode.BAD_GATEWAY);
  }

  private static @Nullable String value(String name, DataFetchingEnvironment environment) {
    if (name.startsWith(CallBinding.SOURCE)) {
      return sourceValue(name.substring(CallBinding.SOURCE.length()), environment);
    }
    Object value = environment.getArgument(name);
    return value == null ? null : value.toString();
  }

  private static @Nullable String sourceValue(String name, DataFetchingEnvironment environment) {
    return environment.getSource() instanceof Map<?, ?> json && json.get(name) != null
        ? String.valueOf(json.get(name))
        : null;
  }
}
