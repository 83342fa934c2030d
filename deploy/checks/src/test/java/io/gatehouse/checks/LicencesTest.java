package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the services ship is free to ship: the licences of their bills of materials. */
class LicencesTest {
  /** One allowed licence of those a component offers is enough. */
  private static final Pattern ALLOWED =
      Pattern.compile(
          "Apache-2\\.0|MIT(-0)?|BSD-[234]-Clause|ISC|CC0-1\\.0|0BSD|EPL-[12]\\.0|MPL-[12]\\.[01]|EDL 1\\.0"
              + "|LGPL-2\\.1(-only|-or-later)?|GPL-2\\.0-with-classpath-exception|.*[Cc]lass[Pp]ath.?[Ee]xception.*"
              + "|(The )?Apache.*2\\.0.*|Eclipse Distribution License.*|BSD.*|Public Domain.*|Bouncy Castle Licence|CDDL.*|Indiana University Extreme! Lab Software License");

  /** States none in its metadata; its site says BSD. */
  private static final String SILENT = "org.antlr:antlr-runtime";

  @Test
  void project_carriesTheLicence_thatItStates() {
    assertThat(Checkout.read("LICENSE"))
        .contains("Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS");
    var document = Checkout.yaml(Checkout.path("docs/openapi.json")).getFirst();
    assertThat(document.at("info", "license", "identifier").text()).isEqualTo("Apache-2.0");
    assertThat(Checkout.read("pom.xml")).contains("<name>Apache-2.0</name>");
  }

  @Test
  void component_hasAnAllowedLicence_always() throws IOException {
    var bills =
        Manifests.SERVICES.stream()
            .map(name -> Checkout.path(name + "/target/classes/META-INF/sbom/application.cdx.json"))
            .filter(Files::isRegularFile)
            .toList();
    assumeTrue(!bills.isEmpty(), "no bills of materials here; -Psbom makes them");
    var byLicence = new TreeMap<String, TreeSet<String>>();
    var refused = new TreeSet<String>();
    for (var bill : bills) {
      for (var component : Checkout.yaml(bill).getFirst().at("components").items()) {
        var name = component.at("group").text() + ":" + component.at("name").text();
        var licences = licences(component);
        byLicence.computeIfAbsent(String.join(" or ", licences), _ -> new TreeSet<>()).add(name);
        if (!name.startsWith("io.gatehouse:")
            && !name.equals(SILENT)
            && licences.stream().noneMatch(licence -> ALLOWED.matcher(licence).matches())) {
          refused.add(name + " " + licences);
        }
      }
    }
    var report = new StringBuilder();
    byLicence.forEach(
        (licence, names) ->
            report
                .append(licence.isEmpty() ? "(none stated)" : licence)
                .append("\n  ")
                .append(String.join("\n  ", names))
                .append('\n'));
    Files.writeString(Checkout.path("deploy/checks/target/licences.txt"), report);
    assertThat(byLicence).hasSizeGreaterThan(2);
    assertThat(refused).isEmpty();
  }

  private static List<String> licences(Node component) {
    return component.at("licenses").items().stream()
        .map(
            entry ->
                entry.at("expression").exists()
                    ? entry.at("expression").text()
                    : entry
                        .at("license", entry.at("license", "id").exists() ? "id" : "name")
                        .text())
        .toList();
  }
}
