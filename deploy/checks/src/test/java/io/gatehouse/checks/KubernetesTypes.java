package io.gatehouse.checks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;

/**
 * The Kubernetes API's own types, generated from its OpenAPI document. Validation is strict at
 * every depth: unknown fields, missing required ones and wrong types are errors. Of the Prometheus
 * operator's types, unknown fields and wrong types are.
 */
final class KubernetesTypes {
  private static final Map<String, String> MODELS =
      Map.of(
          "v1", "V1",
          "apps/v1", "V1",
          "autoscaling/v2", "V2",
          "batch/v1", "V1",
          "networking.k8s.io/v1", "V1",
          "policy/v1", "V1");

  private static final ObjectMapper MONITORING =
      JsonMapper.builder().annotationIntrospector(new WithoutCollectors()).build();

  private KubernetesTypes() {}

  /** Throws {@link IllegalArgumentException} with the API's own words when the object is wrong. */
  static void validate(Node object) {
    var apiVersion = object.at("apiVersion").text();
    if (apiVersion.equals("monitoring.coreos.com/v1")) {
      validateMonitoring(object);
      return;
    }
    var prefix = MODELS.get(apiVersion);
    if (prefix == null) {
      throw new IllegalArgumentException("unknown apiVersion in " + object.id());
    }
    var json = JsonParser.parseString(new Gson().toJson(object.value()));
    try {
      var model = Class.forName("io.kubernetes.client.openapi.models." + prefix + object.kind());
      model.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
      var _ = JSON.getGson().fromJson(json, model);
    } catch (InvocationTargetException refused) {
      throw new IllegalArgumentException(object.id() + ": " + refused.getCause(), refused);
    } catch (JsonParseException | NumberFormatException wrongType) {
      throw new IllegalArgumentException(object.id() + ": " + wrongType.getMessage(), wrongType);
    } catch (ReflectiveOperationException unknown) {
      throw new IllegalArgumentException("no such kind: " + object.id(), unknown);
    }
  }

  private static void validateMonitoring(Node object) {
    try {
      var model = Class.forName("io.fabric8.openshift.api.model.monitoring.v1." + object.kind());
      MONITORING.convertValue(object.value(), model);
    } catch (ClassNotFoundException unknown) {
      throw new IllegalArgumentException("no such kind: " + object.id(), unknown);
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(object.id() + ": " + refused.getMessage(), refused);
    }
  }

  /** These types collect unknown fields, to pass them on. */
  private static final class WithoutCollectors extends JacksonAnnotationIntrospector {
    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }
}
