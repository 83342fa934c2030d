package io.gatehouse.gateway.console;

import io.gatehouse.gateway.pages.StaticAnswer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.http.CacheControl;
import org.springframework.web.util.HtmlUtils;

/**
 * The console's files as they are served: each script, style and picture that the page reaches has
 * a name with the hash of its content, imports and links say those names, and the page says what
 * each must be (W3C Subresource Integrity). All of it is made of the files in the jar, without a
 * build step; what the page does not reach is not served.
 */
final class ConsoleFiles {
  /** Neither inline code nor another host; Lit's policy is the only one that may make HTML. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types lit-html";

  private static final Map<String, String> PAGE_HEADERS =
      Map.of(
          "Content-Security-Policy", POLICY,
          "Cross-Origin-Opener-Policy", "same-origin",
          "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
          "Referrer-Policy", "no-referrer");

  private static final Map<String, String> LIBRARIES =
      Map.of(
          "lit-html", "lit-html.js",
          "lit-element", "lit-element.js",
          "lit-element/lit-element.js", "lit-element.js",
          "@lit/reactive-element", "reactive-element.js");

  private static final Pattern IMPORT =
      Pattern.compile(
          "(\\bfrom\\s*|\\bimport\\s*\\(?\\s*)([\"'])(\\./[\\w-]+\\.js|@?[a-z][\\w/.-]*)\\2");
  private static final Pattern LINK = Pattern.compile("(href|src)=\"([\\w-]+\\.(js|css|svg))\"");
  private static final Pattern SOURCE_MAP = Pattern.compile("\n//# sourceMappingURL=.*");
  private static final String FOLDER = "assets/";
  private static final String PRELOADS = "<!-- modules -->";

  private final Function<String, byte[]> sources;
  private final Map<String, Served> made = new LinkedHashMap<>();
  private final Set<String> open = new LinkedHashSet<>();
  private final Map<String, StaticAnswer> assets;
  private final StaticAnswer page;

  private record Served(String name, String integrity, StaticAnswer answer) {}

  /**
   * Prepares them.
   *
   * @param publicUrl where the platform is
   * @param demo whether the demo accounts are there
   * @param sources a file's content by its name
   * @throws IllegalStateException when modules import each other in a circle
   */
  ConsoleFiles(String publicUrl, boolean demo, Function<String, byte[]> sources) {
    this.sources = sources;
    var content =
        LINK.matcher(text("index.html"))
            .replaceAll(this::link)
            .replace(PRELOADS, preloads())
            .replace("{{publicUrl}}", HtmlUtils.htmlEscape(publicUrl))
            .replace("{{demo}}", Boolean.toString(demo));
    this.page =
        new StaticAnswer(
            tag(content),
            CacheControl.noCache(),
            StaticAnswer.typeOf("html"),
            PAGE_HEADERS,
            content);
    this.assets =
        made.values().stream().collect(Collectors.toUnmodifiableMap(Served::name, Served::answer));
  }

  StaticAnswer page() {
    return page;
  }

  /** One by its hashed name. */
  Optional<StaticAnswer> asset(String name) {
    return Optional.ofNullable(assets.get(name));
  }

  Set<String> names() {
    return assets.keySet();
  }

  private String link(MatchResult found) {
    var file = serve(found.group(2));
    var link = found.group(1) + "=\"" + FOLDER + file.name() + '"';
    return found.group(3).equals("svg") ? link : link + " integrity=\"" + file.integrity() + '"';
  }

  /** All modules at once, so that none is found only by reading another. */
  private String preloads() {
    return made.values().stream()
        .filter(file -> file.name().endsWith(".js"))
        .map(
            file ->
                "<link rel=\"modulepreload\" href=\"%s%s\" integrity=\"%s\">"
                    .formatted(FOLDER, file.name(), file.integrity()))
        .collect(Collectors.joining("\n  "));
  }

  private Served serve(String file) {
    var known = made.get(file);
    if (known != null) {
      return known;
    }
    if (!open.add(file)) {
      throw new IllegalStateException(
          "console: modules import each other in a circle: " + open + " and again " + file);
    }
    var content = file.endsWith(".js") ? module(file) : text(file);
    var dot = file.lastIndexOf('.');
    var hash = digest("SHA-256", content);
    var name =
        file.substring(0, dot) + '.' + HexFormat.of().formatHex(hash, 0, 8) + file.substring(dot);
    var served =
        new Served(
            name,
            "sha384-" + Base64.getEncoder().encodeToString(digest("SHA-384", content)),
            new StaticAnswer(
                tag(content), StaticAnswer.FOR_EVER, StaticAnswer.typeOf(file), Map.of(), content));
    open.remove(file);
    made.put(file, served);
    return served;
  }

  private String module(String file) {
    return IMPORT
        .matcher(SOURCE_MAP.matcher(text(file)).replaceAll(""))
        .replaceAll(
            found -> {
              var wanted = found.group(3);
              var target = wanted.startsWith("./") ? wanted.substring(2) : LIBRARIES.get(wanted);
              return target == null
                  ? found.group()
                  : "%s%s./%s%s"
                      .formatted(
                          found.group(1), found.group(2), serve(target).name(), found.group(2));
            });
  }

  private String text(String file) {
    return new String(sources.apply(file), StandardCharsets.UTF_8);
  }

  private static String tag(String content) {
    return '"' + HexFormat.of().formatHex(digest("SHA-256", content), 0, 16) + '"';
  }

  private static byte[] digest(String algorithm, String content) {
    try {
      return MessageDigest.getInstance(algorithm).digest(content.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has " + algorithm, impossible);
    }
  }
}
