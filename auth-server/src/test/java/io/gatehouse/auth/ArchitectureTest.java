package io.gatehouse.auth;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.gatehouse.testing.ModuleRules;

/** A rule that matches nothing fails, an empty room too. */
@AnalyzeClasses(
    packages = "io.gatehouse.auth",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest static final ArchTests HOUSE_RULES = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule ROOMS_USE_THOSE_BELOW_THEM =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.gatehouse.auth..")
          .layer("pages")
          .definedBy("..auth.pages..")
          .layer("admin")
          .definedBy("..auth.admin..")
          .layer("grants")
          .definedBy("..auth.grants..")
          .layer("api")
          .definedBy("..auth.api..")
          .layer("passkeys")
          .definedBy("..auth.passkeys..")
          .layer("signin")
          .definedBy("..auth.signin..")
          .layer("revocations")
          .definedBy("..auth.revocations..")
          .layer("clients")
          .definedBy("..auth.clients..")
          .layer("keys")
          .definedBy("..auth.keys..")
          .layer("users")
          .definedBy("..auth.users..")
          .layer("web")
          .definedBy("..auth.web..")
          .layer("start")
          .definedBy("io.gatehouse.auth")
          .whereLayer("pages")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("admin")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("grants")
          .mayOnlyBeAccessedByLayers("pages")
          .whereLayer("api")
          .mayOnlyBeAccessedByLayers("passkeys", "pages", "grants", "admin")
          .whereLayer("passkeys")
          .mayOnlyBeAccessedByLayers("pages")
          .whereLayer("signin")
          .mayOnlyBeAccessedByLayers("pages", "grants")
          .whereLayer("revocations")
          .mayOnlyBeAccessedByLayers("pages", "grants", "api", "clients", "start")
          .whereLayer("clients")
          .mayOnlyBeAccessedByLayers("pages", "grants", "admin")
          .whereLayer("keys")
          .mayOnlyBeAccessedByLayers("passkeys", "pages", "grants", "admin", "clients")
          .whereLayer("users")
          .mayOnlyBeAccessedByLayers("pages", "grants", "signin", "revocations", "passkeys")
          .whereLayer("web")
          .mayOnlyBeAccessedByLayers("pages", "grants", "api", "signin", "users")
          .because("a page may use a grant, and a grant knows no page");

  @ArchTest
  static final ArchRule ROOMS_TAKE_SETTINGS_SCOPES_AND_THE_LOG_ALONE_FROM_THE_ROOT =
      noClasses()
          .that()
          .resideInAPackage("io.gatehouse.auth.*")
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "io\\.gatehouse\\.auth\\.(?!ApiScopes$|Audit$|AuthProperties$)[A-Za-z]+");

  @ArchTest
  static final ArchRule NOTHING_IS_REACTIVE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "reactor..",
              "org.reactivestreams..",
              "org.springframework.web.reactive..",
              "org.springframework.web.server..")
          .because("a request has its own virtual thread");

  @ArchTest
  static final ArchRule TEMPLATES_ARE_RENDERED_IN_ONE_PLACE =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.Jte\\w+Generated.*")
          .and()
          .haveNameNotMatching(".*\\.(Pages|Texts)")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("gg.jte..");
}
