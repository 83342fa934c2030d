package io.gatehouse.gateway.docs;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.gateway.calls.ServiceAnswer;
import io.gatehouse.gateway.upstreams.UpstreamClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.DigestUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The platform's document as its running services describe themselves, read in the background. No
 * request waits for a service; of one that is away the last good document stays.
 */
final class LiveDocument extends Polling {
  private static final Logger log = LoggerFactory.getLogger(LiveDocument.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final String CALLER = "gateway";

  private final DocsProperties properties;
  private final UpstreamClient services;
  private final JsonMapper json;
  private final Supplier<Map<String, Object>> own;
  private final Map<String, Map<String, Object>> documents = new ConcurrentHashMap<>();
  private volatile @Nullable Published published;

  LiveDocument(
      DocsProperties properties,
      UpstreamClient services,
      JsonMapper json,
      Supplier<Map<String, Object>> own) {
    super("reading the services' OpenAPI documents");
    this.properties = properties;
    this.services = services;
    this.json = json;
    this.own = own;
  }

  /** The document's JSON and its entity tag, which are made for each other. */
  @SuppressWarnings("ArrayRecordComponent") // Written once, never compared.
  record Published(byte[] bytes, String tag) {}

  /** What there is now. */
  Mono<Published> current() {
    return Mono.justOrEmpty(published)
        .switchIfEmpty(Mono.fromCallable(this::publish).subscribeOn(Schedulers.boundedElastic()));
  }

  private synchronized Published publish() {
    var ordered = new LinkedHashMap<String, Map<String, Object>>();
    for (var service : properties.services()) {
      var document = documents.get(service);
      if (document != null) {
        ordered.put(service, document);
      }
    }
    var bytes = json.writeValueAsBytes(PlatformDocument.join(own.get(), ordered));
    var fresh = new Published(bytes, '"' + DigestUtils.md5DigestAsHex(bytes) + '"');
    published = fresh;
    return fresh;
  }

  private Mono<Void> refresh() {
    return Flux.fromIterable(properties.services()).concatMap(this::fetch).then();
  }

  private Mono<Void> fetch(String service) {
    var headers = new HttpHeaders();
    headers.setAccept(List.of(MediaType.APPLICATION_JSON));
    return services
        .call(service, HttpMethod.GET, "/openapi.json", headers, null, CALLER, TIMEOUT)
        .map(ServiceAnswer::jsonOrThrow)
        .publishOn(Schedulers.boundedElastic())
        .filter(bytes -> bytes.length <= properties.maxSize().toBytes())
        .map(bytes -> json.readValue(bytes, new TypeReference<Map<String, Object>>() {}))
        .doOnNext(document -> adopt(service, document))
        .onErrorResume(
            error -> {
              log.debug("no OpenAPI document of {}: {}", service, error.toString());
              return Mono.empty();
            })
        .then();
  }

  private void adopt(String service, Map<String, Object> document) {
    if (!document.equals(documents.put(service, document))) {
      log.info("OpenAPI document of {} merged", service);
      publish();
    }
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return refresh().then(Mono.fromSupplier(this::pause));
  }

  private Duration pause() {
    return documents.size() < properties.services().size()
        ? properties.retry()
        : properties.refresh();
  }
}
