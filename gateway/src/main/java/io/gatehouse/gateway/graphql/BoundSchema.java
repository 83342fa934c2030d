package io.gatehouse.gateway.graphql;

import graphql.language.FieldDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.language.ObjectTypeExtensionDefinition;
import graphql.parser.MultiSourceReader;
import graphql.schema.DataFetcherFactories;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The executable schema with the calls and the sizes that its directives declare. */
record BoundSchema(
    GraphQLSchema schema,
    Map<FieldCoordinates, CallBinding> bindings,
    Map<FieldCoordinates, FieldSize> sizes) {
  private static final Set<String> OURS =
      Set.of(CallBindings.CALL, CallBindings.BATCH, FieldSize.SIZE);

  /**
   * Reads the schema files that match the patterns.
   *
   * @throws IllegalArgumentException when a binding is wrong, naming the field
   */
  static BoundSchema read(List<String> patterns) {
    return parse(texts(patterns));
  }

  static BoundSchema parse(Map<String, String> files) {
    var source = MultiSourceReader.newMultiSourceReader();
    files.forEach((name, text) -> source.string(text + "\n", name));
    var registry = new SchemaParser().parse(source.trackData(true).build());
    var bindings = new HashMap<FieldCoordinates, CallBinding>();
    var sizes = new HashMap<FieldCoordinates, FieldSize>();
    takeBindings(registry, bindings, sizes);
    var code = GraphQLCodeRegistry.newCodeRegistry();
    code.defaultDataFetcher(DataFetcherFactories.useDataFetcher(new JsonField()));
    bindings.forEach((field, binding) -> code.dataFetcher(field, new CallFetcher(field, binding)));
    var wiring =
        RuntimeWiring.newRuntimeWiring()
            .scalar(Scalars.DATE_TIME)
            .scalar(Scalars.LONG)
            .scalar(Scalars.JSON)
            .codeRegistry(code)
            .build();
    return new BoundSchema(
        new SchemaGenerator().makeExecutableSchema(registry, wiring),
        Map.copyOf(bindings),
        Map.copyOf(sizes));
  }

  /** Notes the directives and removes them, so that no client can read which service is behind. */
  private static void takeBindings(
      TypeDefinitionRegistry registry,
      Map<FieldCoordinates, CallBinding> bindings,
      Map<FieldCoordinates, FieldSize> sizes) {
    for (var type : registry.getTypes(ObjectTypeDefinition.class)) {
      var fields = bare(type.getName(), type.getFieldDefinitions(), bindings, sizes);
      registry.remove(type);
      registry.add(type.transform(change -> change.fieldDefinitions(fields)));
    }
    var extensions =
        registry.objectTypeExtensions().values().stream().flatMap(List::stream).toList();
    for (ObjectTypeExtensionDefinition type : extensions) {
      var fields = bare(type.getName(), type.getFieldDefinitions(), bindings, sizes);
      registry.remove(type);
      registry.add(type.transformExtension(change -> change.fieldDefinitions(fields)));
    }
    OURS.forEach(name -> registry.getDirectiveDefinition(name).ifPresent(registry::remove));
  }

  private static List<FieldDefinition> bare(
      String type,
      List<FieldDefinition> fields,
      Map<FieldCoordinates, CallBinding> bindings,
      Map<FieldCoordinates, FieldSize> sizes) {
    var bare = new ArrayList<FieldDefinition>();
    for (var field : fields) {
      var binding = CallBindings.of(type, field);
      if (binding != null) {
        bindings.put(FieldCoordinates.coordinates(type, field.getName()), binding);
      }
      var size = FieldSize.of(type, field);
      if (size != null) {
        sizes.put(FieldCoordinates.coordinates(type, field.getName()), size);
      }
      bare.add(
          field.transform(
              change ->
                  change.directives(
                      field.getDirectives().stream()
                          .filter(directive -> !OURS.contains(directive.getName()))
                          .toList())));
    }
    return bare;
  }

  private static Map<String, String> texts(List<String> patterns) {
    var texts = new HashMap<String, String>();
    try {
      for (var pattern : patterns) {
        var found = new PathMatchingResourcePatternResolver().getResources(pattern);
        for (Resource file :
            List.of(found).stream().sorted(Comparator.comparing(Resource::toString)).toList()) {
          texts.put(
              String.valueOf(file.getFilename()), file.getContentAsString(StandardCharsets.UTF_8));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException("The GraphQL schema cannot be read", unreadable);
    }
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("gatehouse.graphql.schema matches no file: " + patterns);
    }
    return texts;
  }
}
