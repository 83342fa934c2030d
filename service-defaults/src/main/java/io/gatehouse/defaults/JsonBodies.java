package io.gatehouse.defaults;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.gatehouse.defaults.ErrorBody.Problem;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads request bodies strictly: what cannot be parsed is MALFORMED_REQUEST; what can be parsed but
 * breaks a rule is one VALIDATION_ERROR that lists every broken rule, unknown fields and wrong
 * types included. Rules are Jakarta constraints on the request's record; use boxed types.
 */
public class JsonBodies {
  private static final int MAX_PROBLEMS = 100;
  private static final int MAX_BYTES = 1024 * 1024;

  private final JsonMapper json;
  private final ObjectReader trees;
  private final Validator validator;

  public JsonBodies(Validator validator) {
    this.validator = validator;
    this.json =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                LogicalType.Textual,
                config -> {
                  for (var shape :
                      List.of(
                          CoercionInputShape.Integer,
                          CoercionInputShape.Float,
                          CoercionInputShape.Boolean)) {
                    config.setCoercion(shape, CoercionAction.Fail);
                  }
                })
            .build();
    this.trees = json.reader();
  }

  /** The request's JSON body, at most 1 MiB, as a valid {@code type}. */
  public <T> Mono<T> read(ServerRequest request, Class<T> type) {
    return bytes(request).map(body -> parse(body, type));
  }

  /** The request's raw body, at most 1 MiB; empty when there is none. */
  public Mono<byte[]> bytes(ServerRequest request) {
    return DataBufferUtils.join(request.body(BodyExtractors.toDataBuffers()), MAX_BYTES)
        .map(
            buffer -> {
              var bytes = new byte[buffer.readableByteCount()];
              buffer.read(bytes);
              DataBufferUtils.release(buffer);
              return bytes;
            })
        .defaultIfEmpty(new byte[0]);
  }

  /**
   * The body as a valid {@code type}.
   *
   * @throws ApiException MALFORMED_REQUEST or VALIDATION_ERROR
   */
  public <T> T parse(byte[] body, Class<T> type) {
    var problems = new LinkedHashMap<String, Problem>();
    if (!(tree(body) instanceof ObjectNode root)) {
      throw ApiException.invalid("$", "must be an object");
    }
    var value = bind(root, type, problems);
    validator.validate(value).stream()
        .sorted(Comparator.comparing(violation -> violation.getPropertyPath().toString()))
        .forEach(violation -> addUnlessTypeIsWrong(problems, violation));
    if (!problems.isEmpty()) {
      throw ApiException.invalid(List.copyOf(problems.values()));
    }
    return value;
  }

  /** The body as a tree, with the same strictness, for bodies that are not one fixed record. */
  public JsonNode tree(byte[] body) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      if (text.isBlank()) {
        throw ApiException.malformed("The request body is missing");
      }
      if (text.contains("\\u")) {
        refuseUnstorableText(text);
      }
      return trees.readTree(text);
    } catch (CharacterCodingException invalid) {
      throw ApiException.malformed("The request body is not valid UTF-8");
    } catch (JacksonException invalid) {
      var at = invalid.getLocation();
      throw ApiException.malformed(
          at == null || at.getLineNr() < 1
              ? "The request body is not valid JSON"
              : "The request body is not valid JSON at line %d, column %d"
                  .formatted(at.getLineNr(), at.getColumnNr()));
    }
  }

  /** Escapes can smuggle in NUL and lone surrogates, which PostgreSQL and UTF-8 cannot hold. */
  private void refuseUnstorableText(String text) {
    try (var parser = json.createParser(text)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME) {
          var value = parser.getString();
          if (value.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw ApiException.malformed(
                "The request body has a NUL or a lone surrogate in a string");
          }
        }
      }
    }
  }

  /** Binds again without each part that does not fit, so that all of them are reported at once. */
  private <T> T bind(ObjectNode root, Class<T> type, Map<String, Problem> problems) {
    while (true) {
      try {
        return json.treeToValue(root, type);
      } catch (JacksonException unfit) {
        var path = unfit.getPath();
        if (path.isEmpty() || problems.size() >= MAX_PROBLEMS) {
          throw problems.isEmpty()
              ? ApiException.malformed("The request body does not fit")
              : ApiException.invalid(List.copyOf(problems.values()));
        }
        var field = format(path);
        problems.put(field, new Problem(field, message(unfit)));
        remove(root, path, unfit instanceof UnrecognizedPropertyException);
      }
    }
  }

  private static String message(JacksonException unfit) {
    return switch (unfit) {
      case UnrecognizedPropertyException _ -> "is not a known field";
      case StreamReadException _ -> "is out of range";
      default -> "has the wrong type";
    };
  }

  private static void remove(
      ObjectNode root, List<JacksonException.Reference> path, boolean unknown) {
    JsonNode parent = root;
    for (var step : path.subList(0, path.size() - 1)) {
      parent =
          step.getPropertyName() == null
              ? parent.get(step.getIndex())
              : parent.get(step.getPropertyName());
    }
    var last = path.getLast();
    switch (parent) {
      case ArrayNode array -> array.setNull(last.getIndex());
      case ObjectNode object when unknown -> object.remove(last.getPropertyName());
      case ObjectNode object -> object.putNull(last.getPropertyName());
      default -> throw ApiException.malformed("The request body does not fit");
    }
  }

  private static String format(List<JacksonException.Reference> path) {
    var text = new StringBuilder();
    for (var step : path) {
      if (step.getPropertyName() == null) {
        text.append('[').append(step.getIndex()).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return text.toString();
  }

  private static void addUnlessTypeIsWrong(
      Map<String, Problem> problems, ConstraintViolation<?> violation) {
    // Constraints on a list's elements add a node of their own to the path; clients know no such.
    var field = jsonName(violation).replace(".<list element>", "");
    if (!problems.containsKey(field)) {
      problems.put(
          field + "\n" + violation.getMessage(), new Problem(field, violation.getMessage()));
    }
  }

  /** The violation's path, with the name that its last field has in JSON. */
  private static String jsonName(ConstraintViolation<?> violation) {
    var path = violation.getPropertyPath().toString();
    var bean = violation.getLeafBean();
    var component = path.substring(path.lastIndexOf('.') + 1);
    if (bean == null || !bean.getClass().isRecord()) {
      return path;
    }
    return Stream.of(bean.getClass().getRecordComponents())
        .filter(candidate -> candidate.getName().equals(component))
        .map(candidate -> candidate.getAccessor().getAnnotation(JsonProperty.class))
        .filter(Objects::nonNull)
        .map(named -> path.substring(0, path.length() - component.length()) + named.value())
        .findFirst()
        .orElse(path);
  }

  /** For callers that check more than one record: all problems of several checks in one error. */
  public static void refuseIfAny(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw ApiException.invalid(new ArrayList<>(problems));
    }
  }
}
