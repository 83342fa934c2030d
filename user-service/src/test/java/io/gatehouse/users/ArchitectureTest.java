package io.gatehouse.users;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.gatehouse.testing.ModuleRules;

/** ArchUnit fails a layer that is empty and a rule that matches no class. */
@AnalyzeClasses(packages = "io.gatehouse.users", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String USERS = "io.gatehouse.users";

  @ArchTest static final ArchTests RULES = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule A_ROOM_USES_ONLY_WHAT_IS_BELOW_IT =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("handlers")
          .definedBy(USERS)
          .layer("signins")
          .definedBy(USERS + ".signins")
          .layer("accounts")
          .definedBy(USERS + ".accounts")
          .layer("published")
          .definedBy(USERS + ".published")
          .layer("mail")
          .definedBy(USERS + ".mail")
          .layer("cache")
          .definedBy(USERS + ".cache")
          .whereLayer("handlers")
          .mayOnlyAccessLayers("signins", "accounts", "published", "mail", "cache")
          .whereLayer("signins")
          .mayOnlyAccessLayers("accounts", "mail")
          .whereLayer("accounts")
          .mayOnlyAccessLayers("mail", "cache")
          .whereLayer("published")
          .mayNotAccessAnyLayer()
          .whereLayer("mail")
          .mayNotAccessAnyLayer()
          .whereLayer("cache")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule ONLY_HANDLERS_KNOW_REQUESTS =
      noClasses()
          .that()
          .resideInAnyPackage(USERS + ".*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework.web.reactive.function.server..")
          .because("a room is asked by feeds and other rooms, too");

  @ArchTest
  static final ArchRule ONLY_STATEMENTS_KNOW_THE_DRIVER =
      noClasses()
          .that()
          .resideInAnyPackage(USERS, USERS + ".cache")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.r2dbc..");
}
