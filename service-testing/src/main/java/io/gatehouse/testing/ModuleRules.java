package io.gatehouse.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The house's rules for every module's main code, run by each module's {@code ArchitectureTest}.
 * ArchUnit fails a rule that matches no class, so none of them passes by looking at nothing.
 */
public final class ModuleRules {
  private static final String ROOT = "io.gatehouse.";
  private static final Set<String> SHARED = Set.of("defaults", "store");
  private static final List<String> VAGUE = List.of("Impl", "Util", "Utils", "Manager", "Helper");

  private ModuleRules() {}

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
      classes().should(notEndInAnyOf(VAGUE)).because("a newcomer finds the file by guessing");

  @ArchTest
  static final ArchRule A_MODULE_USES_ITSELF_AND_THE_DEFAULTS =
      classes()
          .should(stayInTheirModule())
          .because("services share contracts and golden files, never classes");

  @ArchTest
  static final ArchRule FEATURES_ARE_ONE_PACKAGE_DEEP =
      classes()
          .should(
              condition(
                  "be at most one package below the module's root",
                  type -> type.getPackageName().split("\\.", -1).length <= 4));

  @ArchTest
  static final ArchRule FEATURES_DO_NOT_CYCLE =
      SlicesRuleDefinition.slices()
          .matching("io.gatehouse.*.(*)")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .because("a flat module has no slices");

  @ArchTest
  static final ArchRule NOTHING_BLOCKS_ON_A_PUBLISHER =
      noClasses()
          .should()
          .callMethodWhere(
              JavaCall.Predicates.target(
                  DescribedPredicate.describe(
                      "is block()",
                      target ->
                          target.getOwner().getName().startsWith("reactor.core.publisher.")
                              && target.getName().startsWith("block"))));

  @ArchTest
  static final ArchRule DEPENDENCIES_COME_BY_CONSTRUCTOR =
      noClasses().should().dependOnClassesThat().areAssignableTo(Autowired.class);

  @ArchTest
  static final ArchRule NOTHING_PRINTS =
      GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  private static ArchCondition<JavaClass> notEndInAnyOf(List<String> endings) {
    return condition(
        "not end in any of " + endings,
        type -> endings.stream().noneMatch(type.getSimpleName()::endsWith));
  }

  private static ArchCondition<JavaClass> stayInTheirModule() {
    return condition(
        "use only their own module, io.gatehouse.defaults and io.gatehouse.store",
        type ->
            type.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getPackageName())
                .filter(target -> target.startsWith(ROOT))
                .allMatch(
                    target ->
                        SHARED.contains(module(target))
                            || module(target).equals(module(type.getPackageName()))));
  }

  private static String module(String packageName) {
    var rest = packageName.substring(ROOT.length());
    var dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  private static ArchCondition<JavaClass> condition(
      String description, Predicate<JavaClass> holds) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        events.add(new SimpleConditionEvent(type, holds.test(type), type.getFullName()));
      }
    };
  }
}
