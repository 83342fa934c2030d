package io.gatehouse.local.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignInFormTest {
  private static final URI AT = URI.create("http://localhost:8080/login?again");
  private static final String PAGE =
      """
      <!-- <form><input type="password" name="old"></form> -->
      <form action="/search"><input type="text" name="q"></form>
      <form method="post" action="/login?next=a&amp;b=c">
        <input type="hidden" name="_csrf" value="t+k&#61;n&quot;>">
        <input type=email name="username" required><input name='password' type='password'>
        <input type="checkbox" name="remember-me">
      </form>
      """;

  @Test
  void signInForm_isFoundByItsPasswordField_amongOthers() {
    var form = SignInForm.on(AT, PAGE).orElseThrow();

    assertThat(form.target()).isEqualTo(URI.create("http://localhost:8080/login?next=a&b=c"));
    assertThat(form.filled("ada@example.com", "s3 cret"))
        .containsExactly(
            Map.entry("_csrf", "t+k=n\">"),
            Map.entry("username", "ada@example.com"),
            Map.entry("password", "s3 cret"));
  }

  @Test
  void formWithoutAnAction_goesToItsOwnPage() {
    var form = SignInForm.on(AT, "<form><input type=password name=p></form>").orElseThrow();

    assertThat(form.target()).isEqualTo(AT);
  }

  @Test
  void page_hasNoSignIn_withoutAPasswordField() {
    assertThat(SignInForm.on(AT, "<form><input name=\"q\"></form>")).isEmpty();
  }
}
