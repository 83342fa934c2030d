package io.gatehouse.checks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Renders a kustomization as {@code kubectl kustomize} does, for the features that ours use:
 * resources, components, generated ConfigMaps without a hash, JSON patches with a target,
 * namespace, labels, images. Anything else is refused, so that nothing is silently left out. {@link
 * KustomizeAgreementTest} compares it with the real one where there is one.
 */
final class Kustomization {
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "namespace",
          "labels",
          "resources",
          "components",
          "configMapGenerator",
          "patches",
          "images");
  private static final Set<String> WITHOUT_NAMESPACE =
      Set.of("Namespace", "ClusterRole", "ClusterRoleBinding");

  private final Path folder;
  private final Node file;

  private Kustomization(Path folder) {
    this.folder = folder;
    this.file = Checkout.yaml(folder.resolve("kustomization.yaml")).getFirst();
    for (var key : file.keys()) {
      if (!KNOWN.contains(key)) {
        throw new IllegalArgumentException(
            folder + " uses " + key + ", which is not rendered here");
      }
    }
  }

  /** All objects of this overlay or base. */
  static List<Node> render(Path folder) {
    var objects = new ArrayList<Node>();
    new Kustomization(folder.normalize()).addTo(objects);
    return objects;
  }

  private void addTo(List<Node> objects) {
    file.at("resources").texts().forEach(entry -> addResource(entry, objects));
    file.at("configMapGenerator").items().forEach(entry -> objects.add(configMap(entry)));
    file.at("components")
        .texts()
        .forEach(entry -> new Kustomization(folder.resolve(entry).normalize()).addTo(objects));
    for (var patch : file.at("patches").items()) {
      patch(patch, objects);
    }
    var namespace = file.at("namespace");
    for (var object : objects) {
      if (namespace.exists()) {
        setNamespace(object, namespace.text());
      }
      file.at("labels").items().forEach(labels -> label(object, labels));
      file.at("images").items().forEach(image -> setImage(object, image));
    }
  }

  private void addResource(String entry, List<Node> objects) {
    var path = folder.resolve(entry).normalize();
    if (Files.isDirectory(path)) {
      objects.addAll(render(path));
    } else {
      objects.addAll(Checkout.yaml(path));
    }
  }

  private Node configMap(Node entry) {
    if (!entry.at("options", "disableNameSuffixHash").text().equals("true")) {
      throw new IllegalArgumentException(
          "names with a hash are not rendered here: " + entry.at("name"));
    }
    var data = new LinkedHashMap<String, Object>();
    for (var file : entry.at("files").texts().toList()) {
      var equals = file.indexOf('=');
      var source = folder.resolve(file.substring(equals + 1));
      var key = equals < 0 ? String.valueOf(source.getFileName()) : file.substring(0, equals);
      data.put(key, Checkout.read(source));
    }
    var object = new LinkedHashMap<String, Object>();
    object.put("apiVersion", "v1");
    object.put("kind", "ConfigMap");
    object.put("metadata", new LinkedHashMap<>(Map.of("name", entry.at("name").text())));
    object.put("data", data);
    return new Node(object);
  }

  private void patch(Node patch, List<Node> objects) {
    var operations = Checkout.yaml(folder.resolve(patch.at("path").text())).getFirst();
    var hit = objects.stream().filter(object -> matches(patch.at("target"), object)).toList();
    if (hit.isEmpty()) {
      throw new IllegalArgumentException(folder + ": a patch hits nothing: " + patch);
    }
    hit.forEach(object -> JsonPatch.apply(operations, object));
  }

  private static boolean matches(Node target, Node object) {
    var selector = target.at("labelSelector").text();
    var equals = selector.indexOf('=');
    return target.at("kind").text().equals(object.kind())
        && (!target.at("name").exists() || Pattern.matches(target.at("name").text(), object.name()))
        && (equals < 0
            || object
                .at("metadata", "labels", selector.substring(0, equals))
                .text()
                .equals(selector.substring(equals + 1)));
  }

  private static void setNamespace(Node object, String namespace) {
    if (object.kind().equals("Namespace")) {
      object.child("metadata").map().put("name", namespace);
    } else if (!WITHOUT_NAMESPACE.contains(object.kind())) {
      object.child("metadata").map().put("namespace", namespace);
    }
  }

  private static void label(Node object, Node labels) {
    var pairs = labels.at("pairs").map();
    object.child("metadata").child("labels").map().putAll(pairs);
    var template = object.at("spec", "template");
    if (template.exists() && labels.at("includeTemplates").text().equals("true")) {
      template.child("metadata").child("labels").map().putAll(pairs);
      for (var claim : object.at("spec", "volumeClaimTemplates").items()) {
        claim.child("metadata").child("labels").map().putAll(pairs);
      }
    }
  }

  private static void setImage(Node object, Node image) {
    for (var container : Manifests.containers(object)) {
      if (container.at("image").text().equals(image.at("name").text())) {
        var name = image.at("newName").exists() ? image.at("newName") : image.at("name");
        container.map().put("image", name.text() + ":" + image.at("newTag").text());
      }
    }
  }
}
