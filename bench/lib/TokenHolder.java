import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One connection, and the cookies and the refresh token of the person behind it, who signs in once
 * and then asks for codes and redeems them, or refreshes its own token again and again. Requests
 * are written and read by hand, for what the load costs is taken from the same cores.
 */
final class TokenHolder {
  private static final String VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789";
  private static final Pattern SECRET = Pattern.compile("\"(access|refresh)_token\":\"([^\"]+)\"");
  private static final Pattern FORM = Pattern.compile("action=\"([^\"]+)\"");
  private static final Pattern HIDDEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
  private static final String REDIRECT = "http://localhost:8080/console/";
  private final TokensBench.Issuer issuer;
  private final String kind;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private Socket socket;
  private InputStream in;
  private String location = "";
  private String refresh = "";

  TokenHolder(TokensBench.Issuer issuer, String kind) throws Exception {
    this.issuer = issuer;
    this.kind = kind;
    connect();
    if (!kind.equals("client credentials")) {
      signIn();
      code();
    }
    one();
  }

  private void connect() throws IOException {
    socket = new Socket(issuer.base().getHost(), issuer.base().getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    in = new BufferedInputStream(socket.getInputStream(), 16_384);
  }

  void close() throws IOException {
    socket.close();
  }

  /** How many tokens it got until a time. */
  long run(long until) throws Exception {
    // Between two loads the other side may have hung up.
    close();
    connect();
    long tokens = 0;
    while (System.nanoTime() < until) {
      one();
      tokens++;
    }
    return tokens;
  }

  private void one() throws Exception {
    switch (kind) {
      case "client credentials" -> clientCredentials();
      case "refresh token" -> refresh();
      default -> code();
    }
  }

  private void clientCredentials() throws IOException {
    var credentials = "demo-service:demo-secret".getBytes(StandardCharsets.UTF_8);
    var basic = "Authorization: Basic " + Base64.getEncoder().encodeToString(credentials) + "\r\n";
    tokens(post(issuer.path("token"), "grant_type=client_credentials", basic));
  }

  private void refresh() throws IOException {
    tokens(
        post(
            issuer.path("token"),
            form("grant_type", "refresh_token", "client_id", "console", "refresh_token", refresh),
            ""));
  }

  /** A browser that is signed in asks for a code, and its application redeems it. */
  private void code() throws Exception {
    get(authorize());
    var code = location.replaceFirst(".*[?&]code=([^&]+).*", "$1");
    tokens(
        post(
            issuer.path("token"),
            form(
                "grant_type",
                "authorization_code",
                "client_id",
                "console",
                "code",
                code,
                "redirect_uri",
                REDIRECT,
                "code_verifier",
                VERIFIER),
            ""));
  }

  private String authorize() throws Exception {
    var challenge =
        MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.UTF_8));
    return issuer.path("authorize")
        + "?"
        + form(
            "response_type",
            "code",
            "client_id",
            "console",
            "redirect_uri",
            REDIRECT,
            "scope",
            issuer.isKeycloak() ? "profile" : "users.read",
            "state",
            "s",
            "code_challenge",
            Base64.getUrlEncoder().withoutPadding().encodeToString(challenge),
            "code_challenge_method",
            "S256");
  }

  private void signIn() throws Exception {
    var page = get(authorize());
    if (issuer.isKeycloak()) {
      var form = FORM.matcher(page);
      if (!form.find()) {
        throw new IllegalStateException("no form to sign in by: " + page);
      }
      var action = URI.create(form.group(1).replace("&amp;", "&"));
      post(
          action.getRawPath() + "?" + action.getRawQuery(),
          form("username", "ada", "password", "correct-horse-battery"),
          "");
    } else {
      var csrf = HIDDEN.matcher(get(location.replaceFirst("^https?://[^/]+", "")));
      if (!csrf.find()) {
        throw new IllegalStateException("no form to sign in by");
      }
      post(
          "/login",
          form(
              "_csrf", csrf.group(1),
              "username", "ada@example.com",
              "password", "correct-horse-battery"),
          "");
    }
  }

  private void tokens(String answer) {
    var found =
        SECRET
            .matcher(answer)
            .results()
            .collect(Collectors.toMap(each -> each.group(1), each -> each.group(2)));
    var access = found.get("access");
    if (access == null) {
      throw new IllegalStateException(issuer.name() + " gave no token: " + answer);
    }
    var header = new String(Base64.getUrlDecoder().decode(access.split("\\.")[0]));
    if (!header.contains("\"" + issuer.algorithm() + "\"")) {
      throw new IllegalStateException(issuer.name() + " signs otherwise: " + header);
    }
    refresh = found.getOrDefault("refresh", refresh);
  }

  private String get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nAccept: text/html\r\n", "");
  }

  private String post(String path, String form, String headers) throws IOException {
    return send(
        "POST "
            + path
            + " HTTP/1.1\r\n"
            + headers
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + form.length()
            + "\r\n",
        form);
  }

  /** The body of the answer; its cookies are kept, and where it leads to. */
  private String send(String head, String body) throws IOException {
    var cookie =
        head.contains("token HTTP") || cookies.isEmpty()
            ? ""
            : "Cookie: "
                + cookies.entrySet().stream()
                    .map(each -> each.getKey() + "=" + each.getValue())
                    .collect(Collectors.joining("; "))
                + "\r\n";
    var host = "Host: " + issuer.base().getAuthority() + "\r\n";
    socket
        .getOutputStream()
        .write((head + host + cookie + "\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
    var status = line();
    var length = -1;
    var chunked = false;
    var closes = false;
    location = "";
    for (var header = line(); !header.isEmpty(); header = line()) {
      var name = header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT);
      var value = header.substring(header.indexOf(':') + 1).strip();
      switch (name) {
        case "content-length" -> length = Integer.parseInt(value);
        case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
        case "connection" -> closes = value.equalsIgnoreCase("close");
        case "location" -> location = value;
        case "set-cookie" -> keep(value);
        default -> {}
      }
    }
    var answer =
        chunked ? chunks() : new String(in.readNBytes(Math.max(length, 0)), StandardCharsets.UTF_8);
    if (closes) {
      socket.close();
      connect();
    }
    if (status.contains(" 4") || status.contains(" 5")) {
      throw new IllegalStateException(issuer.name() + ": " + status + " " + answer);
    }
    return answer;
  }

  private void keep(String cookie) {
    var pair = cookie.split(";", 2)[0].split("=", 2);
    if (pair[1].isEmpty() || cookie.contains("Max-Age=0")) {
      cookies.remove(pair[0]);
    } else {
      cookies.put(pair[0], pair[1]);
    }
  }

  private String chunks() throws IOException {
    var text = new StringBuilder();
    for (var size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      text.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
      line();
    }
    line();
    return text.toString();
  }

  private String line() throws IOException {
    var text = new StringBuilder();
    for (var next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException(issuer.name() + " hung up");
      }
      if (next != '\r') {
        text.append((char) next);
      }
    }
    return text.toString();
  }

  private static String form(String... namesAndValues) {
    var pairs = new ArrayList<String>();
    for (var i = 0; i < namesAndValues.length; i += 2) {
      pairs.add(namesAndValues[i] + "=" + encoded(namesAndValues[i + 1]));
    }
    return String.join("&", pairs);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
