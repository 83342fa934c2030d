package io.gatehouse.defaults.web;

import io.gatehouse.defaults.web.ErrorBody.Problem;
import jakarta.validation.ValidatorFactory;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/**
 * Reads the bodies of a reactive service's requests, as strictly as {@link StrictJson} says. Large
 * ones leave the event loop.
 */
public class JsonBodies implements DisposableBean {
  /** About a millisecond's work. */
  private static final int LARGE_BYTES = 16 * 1024;

  /** With at most 1 MiB each. */
  private static final int WAITING_PER_THREAD = 16;

  private final StrictJson strict;
  private final Scheduler threads =
      Schedulers.newBoundedElastic(
          Runtime.getRuntime().availableProcessors(), WAITING_PER_THREAD, "bodies", 60, true);

  public JsonBodies(ValidatorFactory validation) {
    this.strict = new StrictJson(validation);
  }

  /**
   * Makes at start what reading these bodies needs, so that no request waits for it.
   *
   * @throws IllegalArgumentException when a record has an array without a bound
   */
  public JsonBodies prepare(Class<?>... types) {
    strict.prepare(types);
    return this;
  }

  /** A body as it was sent, and what it says; nobody compares or changes it. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Body<T>(byte[] bytes, T value) {}

  /** The request's JSON body, at most 1 MiB, with a valid {@code type} made of it. */
  public <T> Mono<Body<T>> body(ServerRequest request, Class<T> type) {
    return bytes(request).map(bytes -> new Body<>(bytes, parse(bytes, type)));
  }

  /** The request's JSON body, at most 1 MiB, as a valid {@code type}. */
  public <T> Mono<T> read(ServerRequest request, Class<T> type) {
    return bytes(request).map(bytes -> parse(bytes, type));
  }

  /**
   * The request's raw body, at most 1 MiB; empty when there is none. Of a large one the rest of the
   * work is done on other threads.
   */
  public Mono<byte[]> bytes(ServerRequest request) {
    return DataBufferUtils.join(request.body(BodyExtractors.toDataBuffers()), StrictJson.MAX_BYTES)
        .map(
            buffer -> {
              var bytes = new byte[buffer.readableByteCount()];
              buffer.read(bytes);
              DataBufferUtils.release(buffer);
              return bytes;
            })
        .defaultIfEmpty(new byte[0])
        .flatMap(bytes -> bytes.length < LARGE_BYTES ? Mono.just(bytes) : elsewhere(bytes));
  }

  private Mono<byte[]> elsewhere(byte[] bytes) {
    return Mono.just(bytes)
        .publishOn(threads)
        .onErrorMap(
            RejectedExecutionException.class,
            full -> ApiException.of(ErrorCode.SERVICE_UNAVAILABLE, full));
  }

  /**
   * The body as a valid {@code type}.
   *
   * @throws ApiException MALFORMED_REQUEST or VALIDATION_ERROR
   */
  public <T> T parse(byte[] body, Class<T> type) {
    return strict.parse(body, type);
  }

  /** The body as a tree, with the same strictness, for bodies that are not one fixed record. */
  public JsonNode tree(byte[] body) {
    return strict.tree(body);
  }

  /** For callers that check more than one record: all problems of several checks in one error. */
  public static void refuseIfAny(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw ApiException.invalid(problems);
    }
  }

  @Override
  public void destroy() {
    threads.dispose();
  }
}
