package io.gatehouse.gateway.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Node;
import graphql.language.OperationDefinition;
import graphql.language.SelectionSet;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorBody.Problem;
import io.gatehouse.defaults.web.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a document by its text alone: too deep, too broad, too many fields or aliases, fragments
 * that contain themselves, introspection where it is off. Linear in the text, since each fragment
 * is measured once.
 */
final class QueryShape {
  private static final Set<String> INTROSPECTION = Set.of("__schema", "__type");

  /**
   * The standard introspection query follows types through nine wrappers, which makes 13 levels;
   * the engine refuses more than 20, and what asks for the same twice.
   */
  private static final int INTROSPECTION_DEPTH = 20;

  private final GraphQlProperties limits;
  private final boolean introspection;
  private final Map<String, FragmentDefinition> fragments = new HashMap<>();
  private final Map<String, Extent> measured = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  private QueryShape(GraphQlProperties limits, boolean introspection) {
    this.limits = limits;
    this.introspection = introspection;
  }

  /** A selection's measures with fragments spread out; numbers stop at {@link #MANY}. */
  private record Extent(int fields, int depth, int widest, int all, int aliases) {
    static final Extent NONE = new Extent(0, 0, 0, 0, 0);
    static final int MANY = 1_000_000;

    Extent beside(Extent other) {
      return new Extent(
          Math.min(MANY, fields + other.fields),
          Math.max(depth, other.depth),
          Math.max(widest, other.widest),
          Math.min(MANY, all + other.all),
          Math.min(MANY, aliases + other.aliases));
    }

    /** The same without its depth. */
    Extent flat() {
      return new Extent(fields, 0, widest, all, aliases);
    }

    Extent inside(boolean aliased) {
      return new Extent(
          1,
          Math.min(MANY, depth + 1),
          Math.max(widest, fields),
          Math.min(MANY, all + 1),
          Math.min(MANY, aliases + (aliased ? 1 : 0)));
    }
  }

  /**
   * Passes when every operation of the document is within the limits.
   *
   * @throws ApiException VALIDATION_ERROR that lists every limit exceeded; FORBIDDEN for
   *     introspection
   */
  static void check(Document document, GraphQlProperties limits, boolean introspection) {
    var shape = new QueryShape(limits, introspection);
    for (var fragment : document.getDefinitionsOfType(FragmentDefinition.class)) {
      shape.fragments.put(fragment.getName(), fragment);
    }
    // Fragments of an introspection are deeper than others, and may be spread nowhere else.
    for (var fragment : shape.fragments.keySet()) {
      shape.refuse(shape.fragment(fragment), Math.max(limits.maxDepth(), INTROSPECTION_DEPTH));
    }
    for (var operation : document.getDefinitionsOfType(OperationDefinition.class)) {
      shape.refuse(shape.measure(operation.getSelectionSet()), limits.maxDepth());
    }
  }

  private void refuse(Extent extent, int maxDepth) {
    var problems = new ArrayList<Problem>();
    compare(problems, "depth", extent.depth(), maxDepth);
    compare(problems, "breadth", Math.max(extent.fields(), extent.widest()), limits.maxBreadth());
    compare(problems, "fields", extent.all(), limits.maxFields());
    compare(problems, "aliases", extent.aliases(), limits.maxAliases());
    if (!problems.isEmpty()) {
      throw ApiException.invalid(problems);
    }
  }

  private static void compare(List<Problem> problems, String what, int is, int atMost) {
    if (is > atMost) {
      problems.add(
          new Problem("query." + what, "is " + is + "; at most " + atMost + " is allowed"));
    }
  }

  private Extent measure(@Nullable SelectionSet selections) {
    var extent = Extent.NONE;
    if (selections == null) {
      return extent;
    }
    for (Node<?> selection : selections.getSelections()) {
      extent =
          extent.beside(
              switch (selection) {
                case Field field -> field(field);
                case InlineFragment inline -> measure(inline.getSelectionSet());
                case FragmentSpread spread -> fragment(spread.getName());
                default -> Extent.NONE;
              });
    }
    return extent;
  }

  private Extent field(Field field) {
    var aliased = field.getAlias() != null;
    if (!INTROSPECTION.contains(field.getName())) {
      return measure(field.getSelectionSet()).inside(aliased);
    }
    if (!introspection) {
      throw ApiException.of(ErrorCode.FORBIDDEN, "Introspection is on in demo mode only");
    }
    var asked = measure(field.getSelectionSet());
    refuse(asked, INTROSPECTION_DEPTH);
    return asked.flat().inside(aliased);
  }

  private Extent fragment(String name) {
    var known = measured.get(name);
    var definition = fragments.get(name);
    if (known != null || definition == null) {
      return known == null ? Extent.NONE : known;
    }
    if (!open.add(name)) {
      throw ApiException.invalid("query", "has a fragment that contains itself: " + name);
    }
    var extent = measure(definition.getSelectionSet());
    open.remove(name);
    measured.put(name, extent);
    return extent;
  }
}
