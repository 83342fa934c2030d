package io.gatehouse.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.gatehouse.testing.ModuleRules;

/** ArchUnit fails a layer that is empty and a rule that matches no class. */
@AnalyzeClasses(packages = "io.gatehouse.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String GATEWAY = "io.gatehouse.gateway";

  @ArchTest static final ArchTests RULES = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule A_ROOM_USES_ONLY_WHAT_IS_BELOW_IT =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("start")
          .definedBy(GATEWAY)
          .layer("edge")
          .definedBy(GATEWAY + ".edge")
          .layer("graphql")
          .definedBy(GATEWAY + ".graphql")
          .layer("composition")
          .definedBy(GATEWAY + ".composition")
          .layer("docs")
          .definedBy(GATEWAY + ".docs")
          .layer("console")
          .definedBy(GATEWAY + ".console")
          .layer("pages")
          .definedBy(GATEWAY + ".pages")
          .layer("health")
          .definedBy(GATEWAY + ".health")
          .layer("platform")
          .definedBy(GATEWAY + ".platform")
          .layer("traces")
          .definedBy(GATEWAY + ".traces")
          .layer("calls")
          .definedBy(GATEWAY + ".calls")
          .layer("tokens")
          .definedBy(GATEWAY + ".tokens")
          .layer("upstreams")
          .definedBy(GATEWAY + ".upstreams")
          .layer("limits")
          .definedBy(GATEWAY + ".limits")
          .layer("request")
          .definedBy(GATEWAY + ".request")
          .layer("routes")
          .definedBy(GATEWAY + ".routes")
          .whereLayer("edge")
          .mayOnlyAccessLayers("tokens", "limits", "upstreams", "request", "routes")
          .whereLayer("graphql")
          .mayOnlyAccessLayers("calls", "routes")
          .whereLayer("composition")
          .mayOnlyAccessLayers("calls", "upstreams", "routes")
          .whereLayer("docs")
          .mayOnlyAccessLayers("pages", "calls", "upstreams", "routes")
          .whereLayer("console")
          .mayOnlyAccessLayers("pages", "routes")
          .whereLayer("health")
          .mayOnlyAccessLayers("tokens", "upstreams", "routes")
          .whereLayer("platform")
          .mayOnlyAccessLayers("upstreams", "request", "routes")
          .whereLayer("traces")
          .mayOnlyAccessLayers("request")
          .whereLayer("calls")
          .mayOnlyAccessLayers("upstreams", "limits", "request")
          .whereLayer("tokens")
          .mayOnlyAccessLayers("upstreams")
          .whereLayer("upstreams")
          .mayOnlyAccessLayers("request", "routes")
          .whereLayer("pages")
          .mayNotAccessAnyLayer()
          .whereLayer("limits")
          .mayNotAccessAnyLayer()
          .whereLayer("request")
          .mayNotAccessAnyLayer()
          .whereLayer("routes")
          .mayNotAccessAnyLayer()
          .because("what answers is above what calls, and what calls is above what is called");

  @ArchTest
  static final ArchRule ONE_ROOM_KNOWS_GRAPHQL =
      noClasses()
          .that()
          .resideOutsideOfPackage(GATEWAY + ".graphql")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("graphql..");

  @ArchTest
  static final ArchRule LIMITS_KNOW_NO_REQUESTS =
      noClasses()
          .that()
          .resideInAPackage(GATEWAY + ".limits")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty.handler..", "org.springframework.web..")
          .because("a quota is spent by a key, whatever is limited");

  @ArchTest
  static final ArchRule ONE_ROOM_SPEAKS_WITH_REDIS =
      noClasses()
          .that()
          .resideOutsideOfPackage(GATEWAY + ".limits")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..");
}
