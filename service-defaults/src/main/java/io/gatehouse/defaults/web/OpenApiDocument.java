package io.gatehouse.defaults.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A service's OpenAPI document: its own {@code openapi.yaml} over what all services share, with the
 * public URL in place.
 */
public final class OpenApiDocument {
  private static final Resource COMMON = new ClassPathResource("openapi-common.yaml");

  private OpenApiDocument() {}

  /**
   * The whole document.
   *
   * @param own the service's part
   * @param publicUrl without a trailing slash
   * @return OpenAPI 3.1 as JSON objects, arrays and values
   */
  public static Map<String, Object> read(Resource own, String publicUrl) {
    return overlay(load(COMMON, publicUrl), load(own, publicUrl));
  }

  /** Objects are joined field by field; anything else of {@code upper} wins. */
  private static Map<String, Object> overlay(Map<String, Object> lower, Map<String, Object> upper) {
    var joined = new LinkedHashMap<String, Object>(upper);
    lower.forEach(
        (name, value) -> {
          var above = object(joined.get(name));
          var below = object(value);
          if (above != null && below != null) {
            joined.put(name, overlay(below, above));
          } else {
            joined.putIfAbsent(name, value);
          }
        });
    return joined;
  }

  @SuppressWarnings("unchecked") // A document's keys are texts.
  private static @Nullable Map<String, Object> object(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
  }

  private static Map<String, Object> load(Resource file, String publicUrl) {
    try {
      var text = file.getContentAsString(StandardCharsets.UTF_8).replace("${publicUrl}", publicUrl);
      var options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      return new Yaml(new SafeConstructor(options)).load(text);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(file + " cannot be read", unreadable);
    }
  }
}
