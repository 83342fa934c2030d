package io.gatehouse.defaults.web;

import jakarta.validation.ValidatorFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses bodies strictly: what cannot be parsed is MALFORMED_REQUEST; what can be parsed but breaks
 * a rule is one VALIDATION_ERROR that lists the broken rules, unknown fields and wrong types
 * included. Rules are Jakarta constraints on the request's record; use boxed types, and
 * {@code @Size(max = …)} on every array.
 *
 * <p>The work is linear in the body's size, and what is kept of a body is as large as its record
 * may be: docs/decisions/strict-json.md. {@link JsonBodies} reads the requests of reactive
 * services.
 */
public final class StrictJson {
  /** The largest body: 1 MiB. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final int MAX_DEPTH = 100;
  private static final int MAX_TOKENS = 100_000;

  private final JsonMapper json;
  private final JsonMapper trees;
  private final BodyRules rules;
  private final ConcurrentHashMap<Class<?>, BodyShape> shapes = new ConcurrentHashMap<>();

  public StrictJson(ValidatorFactory validation) {
    this.rules = new BodyRules(validation);
    this.json = mapper(Long.MAX_VALUE);
    this.trees = mapper(MAX_TOKENS);
  }

  /** Names are not kept between bodies: callers choose them, and could choose colliding ones. */
  private static JsonMapper mapper(long maxTokens) {
    var constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxTokenCount(maxTokens)
            .maxNameLength(MAX_BYTES)
            .build();
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(constraints)
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  /**
   * Makes at start what parsing these bodies needs, so that no request waits for it.
   *
   * @throws IllegalArgumentException when a record has an array without a bound
   */
  public StrictJson prepare(Class<?>... types) {
    for (var type : types) {
      rules.prepare(shape(type));
    }
    return this;
  }

  /**
   * The body as a valid {@code type}.
   *
   * @throws ApiException MALFORMED_REQUEST or VALIDATION_ERROR
   */
  public <T> T parse(byte[] body, Class<T> type) {
    var shape = shape(type);
    var faults = new Faults();
    var fitting = pass(text(body), shape, faults);
    if (fitting.isNull()) {
      faults.refuseIfAny();
    }
    var value = bind(fitting, type, faults);
    rules.check(value, shape, faults);
    faults.refuseIfAny();
    return value;
  }

  private JsonNode pass(String text, BodyShape shape, Faults faults) {
    try (var parser = json.createParser(text)) {
      return new BodyPass(parser, faults).document(shape);
    } catch (JacksonException invalid) {
      throw malformed(invalid);
    }
  }

  /** Only a part whose shape is unknown can still fail. */
  private <T> T bind(JsonNode fitting, Class<T> type, Faults faults) {
    try {
      return json.treeToValue(fitting, type);
    } catch (JacksonException unfit) {
      var field = format(unfit.getPath());
      if (!faults.isUnfit(field)) {
        faults.add(field, "has the wrong type");
      }
      faults.refuseIfAny();
      throw ApiException.malformed("The request body does not fit");
    }
  }

  /** The body as a tree, with the same strictness, for bodies that are not one fixed record. */
  public JsonNode tree(byte[] body) {
    var text = text(body);
    try {
      return trees.readTree(text);
    } catch (JacksonException invalid) {
      throw malformed(invalid);
    }
  }

  private String text(byte[] body) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      if (text.isBlank()) {
        throw ApiException.malformed("The request body is missing");
      }
      if (text.contains("\\u")) {
        refuseUnstorableText(text);
      }
      return text;
    } catch (CharacterCodingException invalid) {
      throw ApiException.malformed("The request body is not valid UTF-8");
    } catch (JacksonException invalid) {
      throw malformed(invalid);
    }
  }

  private static ApiException malformed(JacksonException invalid) {
    if (invalid instanceof StreamConstraintsException) {
      return ApiException.malformed(
          "The request body is nested too deeply, or has a number that is too long or too many"
              + " parts");
    }
    var at = invalid.getLocation();
    return ApiException.malformed(
        at == null || at.getLineNr() < 1
            ? "The request body is not valid JSON"
            : "The request body is not valid JSON at line %d, column %d"
                .formatted(at.getLineNr(), at.getColumnNr()));
  }

  /** Escapes can smuggle in NUL and lone surrogates, which PostgreSQL and UTF-8 cannot hold. */
  private void refuseUnstorableText(String text) {
    try (var parser = json.createParser(text)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME) {
          var value = parser.getString();
          if (value.indexOf('\0') >= 0 || hasLoneSurrogate(value)) {
            throw ApiException.malformed(
                "The request body has a NUL or a lone surrogate in a string");
          }
        }
      }
    }
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
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
    return text.isEmpty() ? "$" : text.toString();
  }

  private BodyShape shape(Class<?> type) {
    var known = shapes.get(type);
    return known == null ? shapes.computeIfAbsent(type, BodyShape::of) : known;
  }
}
