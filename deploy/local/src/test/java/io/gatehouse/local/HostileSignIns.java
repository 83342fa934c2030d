package io.gatehouse.local;

import static io.gatehouse.local.HostileInput.Expected.BELOW_500;
import static io.gatehouse.local.HostileInput.anonymous;

import java.util.List;
import java.util.stream.Stream;

/** The part of {@link HostileInputs} that the authorization server gets: forms and pages. */
final class HostileSignIns {
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

  private HostileSignIns() {}

  static List<HostileInput> all() {
    return Stream.of(grants(), pages()).flatMap(List::stream).toList();
  }

  private static List<HostileInput> grants() {
    return List.of(
        token("form with a bare percent", "a=%"),
        token("form with %zz", "grant_type=%zz"),
        token("form with %E9", "grant_type=%E9"),
        token("form with broken UTF-8", "code=%C3%28&grant_type=authorization_code&client_id=cli"),
        token("form of 100 KB", "grant_type=" + "x".repeat(100_000)),
        token("form of 1 001 parameters", "a=1&".repeat(1_001) + "grant_type=x"),
        token("repeated code", "grant_type=authorization_code&client_id=cli&code=a&code=b"),
        token("no grant type", "client_id=cli"),
        token("unknown grant", "grant_type=password&client_id=cli&username=a&password=b"),
        token("NUL in a form", "grant_type=%00&client_id=%00"),
        token(
            "code of nobody", "grant_type=authorization_code&client_id=cli&code=x&redirect_uri=y"),
        form(
            "wrong Basic secret",
            "/oauth2/token",
            "grant_type=client_credentials",
            "Authorization: Basic ZGVtby1zZXJ2aWNlOng="),
        form(
            "Basic and a secret in the form",
            "/oauth2/token",
            "grant_type=client_credentials&client_id=demo-service&client_secret=x",
            "Authorization: Basic ZGVtby1zZXJ2aWNlOmRlbW8tc2VjcmV0"),
        form(
            "Basic that is no base64", "/oauth2/token", "grant_type=x", "Authorization: Basic %%%"),
        anonymous(
                "multipart without boundary",
                BELOW_500,
                "POST",
                "/oauth2/token",
                "Content-Type: multipart/form-data")
            .with("--x\r\n\r\n"),
        anonymous(
                "multipart cut short",
                BELOW_500,
                "POST",
                "/oauth2/token",
                "Content-Type: multipart/form-data; boundary=x")
            .with("--x\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nx"),
        anonymous(
                "JSON at the token endpoint",
                BELOW_500,
                "POST",
                "/oauth2/token",
                "Content-Type: application/json")
            .with("{\"grant_type\":\"x\"}"),
        form(
            "revocation of a JWT with header null",
            "/oauth2/revoke",
            "client_id=cli&token=bnVsbA.e30.AA"),
        form("revocation without a token", "/oauth2/revoke", "client_id=cli"),
        form("introspection by a public client", "/oauth2/introspect", "client_id=cli&token=x"),
        form(
            "device code of nobody",
            "/oauth2/token",
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=cli&device_code=x"),
        form(
            "device authorization of nonsense",
            "/oauth2/device_authorization",
            "client_id=%00&scope=%FF"));
  }

  private static HostileInput token(String name, String form) {
    return form(name, "/oauth2/token", form);
  }

  private static HostileInput form(String name, String path, String form, String... headers) {
    var all = Stream.concat(Stream.of(FORM), Stream.of(headers)).toArray(String[]::new);
    return anonymous(name, BELOW_500, "POST", path, all).with(form);
  }

  private static List<HostileInput> pages() {
    return List.of(
        page("cookie that is no session", "/login", "Cookie: SESSION=AA=="),
        page(
            "cookie that is no session, at authorize",
            "/oauth2/authorize?client_id=cli",
            "Cookie: SESSION=AA=="),
        page("cookie of bytes", "/login", "Cookie: SESSION=\u00ff\u0001; =; ;;"),
        page("parameter without a name", "/login?=x"),
        page("bare percent in a query", "/login?error=%"),
        page("logout with a hint of header null", "/connect/logout?id_token_hint=bnVsbA.e30.AA"),
        page("logout without a hint", "/connect/logout"),
        page("activation of nonsense", "/activate?user_code=%C3%28"),
        page("authorize: no parameters", "/oauth2/authorize"),
        page(
            "authorize: response_mode",
            "/oauth2/authorize?response_type=code&client_id=cli&response_mode=x"),
        page(
            "authorize: no PKCE",
            "/oauth2/authorize?response_type=code&client_id=cli&redirect_uri=http://127.0.0.1:1/callback"),
        page(
            "authorize: short challenge",
            "/oauth2/authorize?response_type=code&client_id=cli&code_challenge=abc&code_challenge_method=S256&redirect_uri=http://127.0.0.1:1/callback"),
        page(
            "authorize: foreign redirect",
            "/oauth2/authorize?response_type=code&client_id=cli&redirect_uri=https://evil.example/"),
        page(
            "authorize: request object",
            "/oauth2/authorize?response_type=code&client_id=cli&request=e30.e30."),
        page(
            "authorize: max_age of nonsense",
            "/oauth2/authorize?response_type=code&client_id=cli&max_age=-9999999999999"),
        page(
            "authorize: repeated parameters",
            "/oauth2/authorize?client_id=cli&client_id=x&response_type=code"),
        form("sign-in without the hidden token", "/login", "username=a%40b&password=c"),
        form("sign-up with broken UTF-8", "/signup", "email=%C3%28&name=%FF&password=%00"));
  }

  private static HostileInput page(String name, String path, String... headers) {
    return anonymous(name, BELOW_500, "GET", path, headers);
  }
}
