package io.gatehouse.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NormalPathTest {
  private static final String UNRESERVED =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

  /** How one letter is written. */
  enum Spelling {
    PLAIN,
    LOWER,
    UPPER
  }

  @Property
  void everySpellingOfAPath_hasOneForm(
      @ForAll("paths") String path, @ForAll List<Spelling> spellings) {
    assertThat(NormalPath.of(spelled(path, spellings) + "?%61=/%2e")).isEqualTo(path + "?%61=/%2e");
  }

  @Property
  void normalForm_isItsOwnNormalForm(@ForAll("escaped") String path) {
    var normal = NormalPath.of(path);

    assertThat(NormalPath.of(normal)).isEqualTo(normal);
    assertThat(normal).isEqualToIgnoringCase(path);
  }

  @Property
  void pathWithoutEscapes_costsNoCopy(@ForAll("paths") String path) {
    assertThat(NormalPath.of(path)).isSameAs(path);
    var target = path + "?q=%61";
    assertThat(NormalPath.of(target)).isSameAs(target);
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.strings().withChars(UNRESERVED + "/@:!$&'()*+,=").map(rest -> "/" + rest);
  }

  /** Escapes of what is reserved or not ASCII. */
  @Provide
  Arbitrary<String> escaped() {
    return Arbitraries.of("%c3%a4", "%3F", "%3a", "%23", "%40", "%20", "a", "/")
        .list()
        .map(parts -> "/" + String.join("", parts));
  }

  private static String spelled(String path, List<Spelling> spellings) {
    var text = new StringBuilder();
    for (var i = 0; i < path.length(); i++) {
      var letter = path.charAt(i);
      var spelling =
          spellings.isEmpty() || UNRESERVED.indexOf(letter) < 0
              ? Spelling.PLAIN
              : spellings.get(i % spellings.size());
      var escape = "%%%02x".formatted((int) letter);
      text.append(
          switch (spelling) {
            case PLAIN -> String.valueOf(letter);
            case LOWER -> escape;
            case UPPER -> escape.toUpperCase(Locale.ROOT);
          });
    }
    return text.toString();
  }
}
