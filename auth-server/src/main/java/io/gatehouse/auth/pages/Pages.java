package io.gatehouse.auth.pages;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.gatehouse.auth.web.PageHeaders;
import io.gatehouse.auth.web.PageLanguage;
import io.gatehouse.defaults.web.KnownLanguages;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Renders the templates of {@code src/main/jte}, which the build turns into classes of this
 * package. They escape whatever is put into them, by the place where it is put.
 */
@Component
class Pages {
  private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);

  private final TemplateEngine templates =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Pages.class.getClassLoader(), Pages.class.getPackageName());
  private final Assets assets;

  Pages(Assets assets) {
    this.assets = assets;
  }

  /** A page that says one thing alone. */
  ResponseEntity<String> show(String template) {
    return show(200, template, null);
  }

  /**
   * A page that nobody keeps.
   *
   * @param template the template's name, without its ending
   * @param page what the template takes as its parameter {@code page}
   */
  ResponseEntity<String> show(int status, String template, @Nullable Object page) {
    return fill(ResponseEntity.status(status).cacheControl(CacheControl.noStore()), template, page);
  }

  /** The same where a script of ours may run, and nobody else's. */
  ResponseEntity<String> showScripted(int status, String template, @Nullable Object page) {
    return fill(
        ResponseEntity.status(status)
            .cacheControl(CacheControl.noStore())
            .header(PageHeaders.CONTENT_SECURITY_POLICY, PageHeaders.SCRIPTED),
        template,
        page);
  }

  /** The page as the body of an answer, in the language of who asked. */
  ResponseEntity<String> fill(
      ResponseEntity.BodyBuilder answer, String template, @Nullable Object page) {
    var texts = Texts.of(PageLanguage.current().orElse(KnownLanguages.DEFAULT));
    return answer
        .contentType(HTML)
        .header(HttpHeaders.CONTENT_LANGUAGE, texts.language())
        .varyBy(HttpHeaders.ACCEPT_LANGUAGE)
        .body(render(texts, template, page));
  }

  private String render(Texts texts, String template, @Nullable Object page) {
    var parameters = new HashMap<String, Object>();
    parameters.put("assets", assets);
    parameters.put("t", texts);
    if (page != null) {
      parameters.put("page", page);
    }
    var html = new StringOutput();
    templates.render(template + ".jte", parameters, html);
    return html.toString();
  }
}
