package io.gatehouse.local.platform;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A mapping of a YAML file, asked key by key; every refusal names file, line and key. */
final class YamlEntries {
  private final Path file;
  private final String name;
  private final int line;
  private final List<NodeTuple> tuples;
  private final Set<String> asked = new HashSet<>();

  /** The top of a file. */
  YamlEntries(Path file, @Nullable Node node) {
    this(file, "", 1, node);
  }

  private YamlEntries(Path file, String name, int line, @Nullable Node node) {
    this.file = file;
    this.name = name;
    this.line = line;
    if (!(node instanceof MappingNode mapping)) {
      throw new Failure("%s:%d: \"%s\" takes keys with values.".formatted(file, line, name));
    }
    this.tuples = mapping.getValue();
    var keys = new HashSet<String>();
    for (var tuple : tuples) {
      if (!keys.add(key(tuple))) {
        throw new Failure(
            "%s:%d: \"%s\" is there twice.".formatted(file, line(tuple.getKeyNode()), key(tuple)));
      }
    }
  }

  /** Its key in the mapping around it. */
  String name() {
    return name;
  }

  void requireName(Pattern form, String what) {
    if (!form.matcher(name).matches()) {
      throw new Failure("%s:%d: \"%s\" must be %s.".formatted(file, line, name, what));
    }
  }

  /** The mappings below a key, in their order; none when the key is not there. */
  List<YamlEntries> entries(String key) {
    return entry(key).stream()
        .flatMap(below -> below.tuples.stream())
        .map(
            tuple ->
                new YamlEntries(file, key(tuple), line(tuple.getKeyNode()), tuple.getValueNode()))
        .toList();
  }

  Optional<YamlEntries> entry(String key) {
    return find(key).map(node -> new YamlEntries(file, key, line(node), node));
  }

  int number(String key, int least, int most) {
    return number(key, least, most, null);
  }

  int number(String key, int least, int most, @Nullable Integer otherwise) {
    var given = scalar(key);
    if (given.isEmpty() && otherwise != null) {
      return otherwise;
    }
    try {
      var number = Integer.parseInt(given.orElseThrow(() -> refusal(key, "is missing")));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException malformed) {
      throw new Failure(
          sentence(key, "takes a number from %d to %d".formatted(least, most)), malformed);
    }
    throw refusal(key, "takes a number from %d to %d".formatted(least, most));
  }

  boolean flag(String key) {
    return switch (scalar(key).orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refusal(key, "takes true or false");
    };
  }

  Optional<String> text(String key, Pattern form, String what) {
    var given = scalar(key);
    if (given.filter(text -> !form.matcher(text).matches()).isPresent()) {
      throw refusal(key, "takes " + what);
    }
    return given;
  }

  /** A text of one line that has to be there. */
  String sentence(String key) {
    return scalar(key)
        .filter(text -> !text.isBlank() && text.lines().count() == 1)
        .orElseThrow(() -> refusal(key, "is missing, or not of one line"));
  }

  List<String> texts(String key) {
    var node = find(key);
    if (node.isEmpty()) {
      return List.of();
    }
    if (!(node.get() instanceof SequenceNode list)) {
      throw refusal(key, "takes a list");
    }
    return list.getValue().stream()
        .map(
            item ->
                item instanceof ScalarNode scalar
                    ? scalar.getValue()
                    : raise(refusal(key, "takes a list of words")))
        .toList();
  }

  /** Refuses keys that nobody has asked for: a typing error would otherwise go unnoticed. */
  void refuseOthers() {
    tuples.stream()
        .filter(tuple -> !asked.contains(key(tuple)))
        .findFirst()
        .ifPresent(
            tuple -> {
              throw refusal(key(tuple), "is not known here");
            });
  }

  Failure refusal(String key, String why) {
    return new Failure(sentence(key, why));
  }

  private String sentence(String key, String why) {
    var at = tuple(key).map(tuple -> line(tuple.getKeyNode())).orElse(line);
    var path = name.isEmpty() ? key : name + "." + key;
    return "%s:%d: \"%s\" %s.".formatted(file, at, path, why);
  }

  private static String raise(Failure failure) {
    throw failure;
  }

  private Optional<String> scalar(String key) {
    return find(key)
        .map(
            node ->
                node instanceof ScalarNode scalar
                    ? scalar.getValue()
                    : raise(refusal(key, "takes one value")));
  }

  private Optional<Node> find(String key) {
    asked.add(key);
    return tuple(key).map(NodeTuple::getValueNode);
  }

  private Optional<NodeTuple> tuple(String key) {
    return tuples.stream().filter(tuple -> key(tuple).equals(key)).findFirst();
  }

  private static String key(NodeTuple tuple) {
    return tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }
}
