package io.gatehouse.local.made;

import java.util.List;

/** Which files are made from which templates. */
final class Artefacts {
  private static final String KUBERNETES = "deploy/kubernetes/";
  private static final String COMPONENTS = KUBERNETES + "components/";

  /** Files that are made as a whole. */
  static final List<Whole> WHOLE =
      List.of(
          new Whole(
              "auth-server/src/main/java/io/gatehouse/auth/ApiScopes.java", "auth-server-scopes"),
          new Whole(COMPONENTS + "autoscaling/autoscalers.yaml", "kubernetes-autoscalers"),
          new Whole(
              COMPONENTS + "autoscaling/disruption-budgets.yaml", "kubernetes-disruption-budgets"),
          new Whole(
              COMPONENTS + "in-cluster-stores/network-policies.yaml",
              "kubernetes-stores-network-policies"),
          new Whole(COMPONENTS + "migrations/jobs.yaml", "kubernetes-migrations"),
          new Whole(COMPONENTS + "network-policies/services.yaml", "kubernetes-network-policies"));

  /** Folders with a file {@code SERVICE.yaml} for each service. */
  static final List<EachService> EACH_SERVICE =
      List.of(
          new EachService(KUBERNETES + "base", "kubernetes-service"),
          new EachService(COMPONENTS + "encryption", "kubernetes-encryption"));

  /** Files with {@linkplain MarkedRegions marked regions}, which name their templates. */
  static final List<String> MARKED =
      List.of(
          "deploy/docker/tls.yml",
          COMPONENTS + "encryption/kustomization.yaml",
          COMPONENTS + "in-cluster-stores/postgres.yaml",
          COMPONENTS + "migrations/kustomization.yaml",
          KUBERNETES + "base/kustomization.yaml",
          KUBERNETES + "overlays/local/kustomization.yaml",
          KUBERNETES + "overlays/production/kustomization.yaml",
          KUBERNETES + "overlays/production/stores-egress.yaml",
          "deploy/observability/kubernetes/prometheus.yml",
          "deploy/observability/prometheus/alerts.yml",
          "deploy/observability/prometheus/alerts_test.yml",
          "deploy/observability/prometheus/prometheus.yml",
          "deploy/local/pom.xml",
          "docker-compose.yml",
          "docs/between-services.md",
          "docs/runbooks/ServiceGone.md",
          "docs/scaling.md",
          "gateway/src/main/resources/application.yml",
          "gateway/src/main/resources/docs/assets/sign-in.js",
          "pom.xml",
          "service-defaults/src/main/resources/openapi-common.yaml");

  private Artefacts() {}

  /** A file and its template. */
  record Whole(String path, String template) {}

  /** A folder and the template of its files. */
  record EachService(String folder, String template) {}
}
