package io.gatehouse.orders;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.gatehouse.testing.ModuleRules;

/** ArchUnit fails a layer that is empty and a rule that matches no class. */
@AnalyzeClasses(packages = "io.gatehouse.orders", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ORDERS = "io.gatehouse.orders";
  private static final String DOMAIN = ORDERS + ".domain";

  @ArchTest static final ArchTests RULES = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule A_ROOM_USES_ONLY_WHAT_IS_BELOW_IT =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("handlers")
          .definedBy(ORDERS)
          .layer("feed")
          .definedBy(ORDERS + ".feed")
          .layer("commands")
          .definedBy(ORDERS + ".commands")
          .layer("reads")
          .definedBy(ORDERS + ".reads")
          .layer("store")
          .definedBy(ORDERS + ".store")
          .layer("domain")
          .definedBy(DOMAIN)
          .whereLayer("handlers")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("feed")
          .mayOnlyAccessLayers("commands", "store")
          .whereLayer("commands")
          .mayOnlyAccessLayers("store", "domain")
          .whereLayer("reads")
          .mayOnlyAccessLayers("store", "domain")
          .whereLayer("store")
          .mayOnlyAccessLayers("domain")
          .whereLayer("domain")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule THE_DOMAIN_IS_PURE =
      classes()
          .that()
          .resideInAPackage(DOMAIN)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(DOMAIN, "java.lang..", "java.util..", "org.jspecify..")
          .because("a decision needs no framework, no clock and no input or output");

  @ArchTest
  static final ArchRule ONLY_HANDLERS_KNOW_REQUESTS =
      noClasses()
          .that()
          .resideInAnyPackage(ORDERS + ".*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework.web.reactive.function.server..")
          .because("a command comes from a feed, too");

  @ArchTest
  static final ArchRule ONLY_STATEMENTS_KNOW_THE_DRIVER =
      noClasses()
          .that()
          .resideInAnyPackage(ORDERS, ORDERS + ".domain", ORDERS + ".commands")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.r2dbc..");
}
