package io.gatehouse.local.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class HtmlFormTest {
  private static final String PAGE =
      """
      <form action="/search"><input type="text" name="q"></form>
      <form method="post" action="/login?next=a&amp;b=c">
        <input type="hidden" name="_csrf" value="t+k=n">
        <input type="email" name="username" required><input name='password' type='password'>
        <input type="checkbox" name="remember-me">
      </form>
      """;

  @Test
  void signInForm_isFoundByItsPasswordField_amongOthers() {
    var form = HtmlForm.signIn(PAGE).orElseThrow();

    assertThat(form.target(URI.create("http://localhost:8080/login")))
        .isEqualTo(URI.create("http://localhost:8080/login?next=a&b=c"));
    assertThat(form.filled("ada@example.com", "s3 cret"))
        .isEqualTo("_csrf=t%2Bk%3Dn&username=ada%40example.com&password=s3+cret");
  }

  @Test
  void page_hasNoSignIn_withoutAPasswordField() {
    assertThat(HtmlForm.signIn("<form><input name=\"q\"></form>")).isEmpty();
  }
}
