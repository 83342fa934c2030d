package io.gatehouse.gateway.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.gateway.calls.PathTemplate;
import io.gatehouse.gateway.composition.CompositionProperties.Declaration;
import io.gatehouse.gateway.composition.CompositionProperties.Part;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeclarationTest {

  @Test
  void parts_comeAfterThoseTheyDependOn_andKeepTheirOrderInTheAnswer() {
    var parts = new LinkedHashMap<String, Part>();
    parts.put("last", part("/api/{middle.id}", Set.of()));
    parts.put("middle", part("/api/x", Set.of("first")));
    parts.put("first", part("/api/{subject}", Set.of()));

    var composition = composition(parts);

    assertThat(composition.parts())
        .extracting(Composition.Part::name)
        .containsExactly("first", "middle", "last");
    assertThat(composition.order()).containsExactly("last", "middle", "first");
  }

  @Test
  void declaration_isRefused_namingTheKeyOfAnUnknownPart() {
    assertThatThrownBy(() -> composition(Map.of("a", part("/api/{b.id}", Set.of()))))
        .hasMessage("gatehouse.compositions.demo.parts.a depends on b, no such part");
  }

  @Test
  void declaration_isRefused_whenPartsWaitForEachOther() {
    assertThatThrownBy(
            () ->
                composition(
                    Map.of("a", part("/api/x", Set.of("b")), "b", part("/api/y", Set.of("a")))))
        .hasMessageContaining("depends on itself through");
  }

  @Test
  void declaration_isRefused_whenAPathIsNone() {
    assertThatThrownBy(() -> composition(Map.of("a", part("api/x", Set.of()))))
        .hasMessageStartingWith("gatehouse.compositions.demo.parts.a.path is not a path");
    assertThatThrownBy(() -> composition(Map.of("a", part("/api/{user}", Set.of()))))
        .hasMessageStartingWith("gatehouse.compositions.demo.parts.a.path names {user}");
  }

  @Test
  void template_encodesQueryValues_andLeavesOutMissingOnes() {
    var template = PathTemplate.of("/api/things/{id}?a={a}&b={b}&c=1");

    assertThat(template.expand(name -> Map.of("id", "x-1", "a", "1&b=2,é").get(name)))
        .isEqualTo("/api/things/x-1?a=1%26b%3D2,%C3%A9&c=1");
  }

  @Test
  void template_refusesPathValues_thatAreNoPlainSegment() {
    var template = PathTemplate.ofIds("/api/things/{id}");

    for (var value : new String[] {"", "..", "a/b", "stream", "%2e%2e", "me"}) {
      assertThatThrownBy(() -> template.expand(_ -> value))
          .isInstanceOfSatisfying(
              ApiException.class,
              refusal -> assertThat(refusal.code()).isEqualTo("MALFORMED_REQUEST"));
    }
  }

  private static Part part(String path, Set<String> dependsOn) {
    return new Part("thing-service", path, Duration.ofSeconds(1), dependsOn);
  }

  private static Composition composition(Map<String, Part> parts) {
    return Composition.of("demo", new Declaration("/api/me/demo", Duration.ofSeconds(2), parts));
  }
}
