package io.gatehouse.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code docs/openapi.json} is the published API. After a change that breaks no client, write it
 * anew with {@code ./mvnw -pl gateway -am test -Dtest=PublishedApiTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dopenapi.write=true}; a breaking one is only written
 * with {@code -Dopenapi.write=breaking}.
 */
class PublishedApiTest {

  @BeforeAll
  static void writeIfAsked() throws IOException {
    var wanted = System.getProperty("openapi.write", "");
    var fresh = RepositoryDocuments.joined();
    if (wanted.equals("breaking")
        || (wanted.equals("true") && (!published() || changes(fresh).isEmpty()))) {
      Files.writeString(RepositoryDocuments.COMMITTED, fresh);
    }
  }

  @Test
  void documents_breakNoClientOfThePublishedApi() throws IOException {
    assertThat(changes(RepositoryDocuments.joined())).isEmpty();
  }

  @Test
  void publishedApi_isWhatTheDocumentsSay() throws IOException {
    assertThat(Files.readString(RepositoryDocuments.COMMITTED))
        .as("docs/openapi.json is out of date; see this test's comment")
        .isEqualTo(RepositoryDocuments.joined());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "/api/users/me" : {             | "/api/users/moi" : {               | GET /api/users/me is gone
          "operationId" : "discovery",    | "parameters" : [{"name":"x","in":"query","required":true}], "operationId" : "discovery", | now needs query x
          "orders" : {                    | "bestellungen" : {                 | no longer takes orders
          "enum" : [ "PLACED", "PAID",    | "enum" : [ "NEW", "PLACED", "PAID", | gives new values
          "maxItems" : 50                 | "maxItems" : 49                    | has a lower maxItems
          """)
  void breakingChange_isFound(String text, String replacement, String sentence) throws IOException {
    var document = RepositoryDocuments.joined();
    assertThat(document).contains(text);
    var before = RepositoryDocuments.JSON.readTree(document);
    var after = RepositoryDocuments.JSON.readTree(document.replace(text, replacement));

    assertThat(BreakingChanges.between(before, after)).anyMatch(found -> found.contains(sentence));
  }

  private static boolean published() {
    return Files.exists(RepositoryDocuments.COMMITTED);
  }

  private static java.util.List<String> changes(String fresh) throws IOException {
    return BreakingChanges.between(
        RepositoryDocuments.JSON.readTree(Files.readString(RepositoryDocuments.COMMITTED)),
        RepositoryDocuments.JSON.readTree(fresh));
  }
}
