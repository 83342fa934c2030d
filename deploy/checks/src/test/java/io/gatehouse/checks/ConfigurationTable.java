package io.gatehouse.checks;

import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/**
 * The table of all settings, read from the sources of the {@code @ConfigurationProperties} records:
 * the key, its environment variable, its default from {@code @DefaultValue}, and the record's own
 * {@code @param} sentence. Sources are parsed, not compiled, so no module has to be built first.
 */
final class ConfigurationTable {
  private static final List<String> MODULES =
      Stream.concat(
              Stream.of("service-defaults", "service-store", "gateway"),
              Stream.concat(
                  Manifests.SERVICES.stream().filter(service -> !service.equals("gateway")),
                  Stream.of("connector")))
          .toList();

  private static final Map<String, String> TITLES =
      Map.of(
          "service-defaults", "every service", "service-store", "every service with service-store");

  /** Parts of an address need no sentence of their own. */
  private static final Map<String, String> PLAIN =
      Map.of(
          "host", "where the server is",
          "port", "of the server",
          "name", "of the database",
          "user", "to sign in as",
          "password", "of that user");

  /** One setting of one module. */
  record Setting(String module, String key, String kind, String fallback, String meaning) {
    String variable() {
      return key.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT);
    }

    String row() {
      var value = fallback.isEmpty() ? "" : "`" + fallback + "`";
      return "| `%s` | `%s` | %s | %s | %s |".formatted(key, variable(), kind, value, meaning);
    }
  }

  private ConfigurationTable() {}

  static List<Setting> settings() {
    var all = new ArrayList<Setting>();
    for (var module : MODULES) {
      all.addAll(settings(module, Checkout.files(module + "/src/main/java", ".java")));
    }
    return all;
  }

  static String render(List<Setting> settings) {
    var byModule =
        settings.stream()
            .collect(
                Collectors.groupingBy(Setting::module, Collectors.toCollection(ArrayList::new)));
    var text = new StringBuilder();
    for (var module : MODULES) {
      var rows = byModule.getOrDefault(module, new ArrayList<>());
      if (!rows.isEmpty()) {
        text.append("\n### ").append(TITLES.getOrDefault(module, module));
        text.append("\n\n| property | environment variable | type | default | meaning |\n");
        text.append("| --- | --- | --- | --- | --- |\n");
        rows.forEach(row -> text.append(row.row()).append('\n'));
      }
    }
    return text.toString();
  }

  static List<Setting> settings(String module, List<Path> sources) {
    if (sources.isEmpty()) {
      return List.of();
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      var found = new ArrayList<Setting>();
      var trees = DocTrees.instance(task);
      for (var unit : task.parse()) {
        new Reader(module, unit, trees, found).read();
      }
      return List.copyOf(found);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Reads one source file. */
  private record Reader(
      String module, CompilationUnitTree unit, DocTrees trees, List<Setting> found) {

    void read() {
      for (var declared : unit.getTypeDecls()) {
        if (declared instanceof ClassTree type) {
          var path = new TreePath(new TreePath(unit), type);
          prefix(type)
              .ifPresent(prefix -> readRecord(prefix, type, path, nestedRecords(type, path)));
        }
      }
    }

    private static Map<String, TreePath> nestedRecords(ClassTree type, TreePath path) {
      var nested = new HashMap<String, TreePath>();
      for (var member : type.getMembers()) {
        if (member instanceof ClassTree inner && inner.getKind() == Tree.Kind.RECORD) {
          nested.put(inner.getSimpleName().toString(), new TreePath(path, inner));
        }
      }
      return nested;
    }

    private void readRecord(
        String prefix, ClassTree type, TreePath path, Map<String, TreePath> nested) {
      var meanings = meanings(path);
      for (var member : type.getMembers()) {
        if (member instanceof VariableTree component && isComponent(component)) {
          var name = component.getName().toString();
          var key = prefix + "." + kebab(name);
          var kind = String.valueOf(component.getType());
          var simple = kind.substring(kind.lastIndexOf('.') + 1);
          var inner = nested.get(simple);
          if (inner != null) {
            readRecord(key, (ClassTree) inner.getLeaf(), inner, nested);
          } else {
            var meaning = meanings.getOrDefault(name, PLAIN.getOrDefault(name, ""));
            found.add(new Setting(module, key, plain(simple), fallback(component), meaning));
          }
        }
      }
    }

    private static boolean isComponent(VariableTree field) {
      return !field.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    private Map<String, String> meanings(TreePath path) {
      var meanings = new HashMap<String, String>();
      var doc = trees.getDocCommentTree(path);
      if (doc != null) {
        for (var tag : doc.getBlockTags()) {
          if (tag instanceof ParamTree parameter) {
            var text =
                parameter.getDescription().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining())
                    .replaceAll("\\s+", " ")
                    .replaceAll("\\{@code ([^}]*)}", "`$1`")
                    .replaceAll("\\{@link (?:[^}]*#)?([^}]*)}", "`$1`")
                    .replace("|", "\\|");
            meanings.put(parameter.getName().toString(), text);
          }
        }
      }
      return meanings;
    }

    private static Optional<String> prefix(ClassTree type) {
      return annotation(type.getModifiers().getAnnotations(), "ConfigurationProperties")
          .map(Reader::strings);
    }

    private static String fallback(VariableTree component) {
      return annotation(component.getModifiers().getAnnotations(), "DefaultValue")
          .map(Reader::strings)
          .orElse("");
    }

    private static Optional<AnnotationTree> annotation(
        List<? extends AnnotationTree> annotations, String name) {
      return annotations.stream()
          .filter(annotation -> String.valueOf(annotation.getAnnotationType()).endsWith(name))
          .map(AnnotationTree.class::cast)
          .findFirst();
    }

    private static String strings(AnnotationTree annotation) {
      return annotation.getArguments().stream()
          .map(
              argument ->
                  argument instanceof AssignmentTree named ? named.getExpression() : argument)
          .map(Reader::literal)
          .collect(Collectors.joining(","));
    }

    private static String literal(ExpressionTree expression) {
      return switch (expression) {
        case LiteralTree literal -> String.valueOf(literal.getValue());
        case NewArrayTree array ->
            array.getInitializers().stream().map(Reader::literal).collect(Collectors.joining(","));
        default -> expression.toString();
      };
    }

    private static String plain(String type) {
      return type.replaceAll("@\\w+ ?", "").replace("java.lang.", "");
    }

    private static String kebab(String name) {
      return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
  }

  /** Environment variables that an application.yml reads by name. */
  static Set<String> placeholders() {
    var pattern = Pattern.compile("\\$\\{(GATEHOUSE_[A-Z_]+|LOG_FORMAT)");
    return MODULES.stream()
        .flatMap(module -> Checkout.files(module + "/src/main/resources", ".yml").stream())
        .flatMap(file -> pattern.matcher(Checkout.read(file)).results())
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
