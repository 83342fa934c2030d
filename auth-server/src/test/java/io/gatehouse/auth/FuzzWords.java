package io.gatehouse.auth;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What fuzzed requests are made of. In each list a line is a word. */
final class FuzzWords {
  /** Headers with which a request is no HTTP, or of a kind the container does not speak. */
  static final Set<String> NO_HTTP =
      Set.of("Expect: foo", "Transfer-Encoding: foo", "Host: ]", "Foo bar");

  private FuzzWords() {}

  static final List<String> PATHS =
      words(
          """
          /oauth2/token
          /oauth2/revoke
          /oauth2/introspect
          /oauth2/device_authorization
          /oauth2/authorize
          /oauth2/consent
          /oauth2/jwks
          /oauth2/device_verification
          /.well-known/openid-configuration
          /.well-known/oauth-authorization-server
          /userinfo
          /connect/logout
          /login
          /logout
          /signup
          /activate
          /account
          /account/name
          /account/email
          /account/password
          /account/sign-ins
          /account/passkeys
          /login/passkey
          /api/me/passkeys
          /account/deletion
          /.well-known/change-password
          /api/me/sign-ins
          /api/users/0195c7d8-0000-7000-8000-000000000000/sign-ins
          /assets/nothing.css
          /internal/revocations
          /error
          /nothing
          """);

  static final List<String> METHODS =
      words(
          """
          GET
          GET
          GET
          POST
          POST
          POST
          POST
          HEAD
          PUT
          DELETE
          OPTIONS
          PATCH
          FOO
          """);

  static final List<String> NAMES =
      words(
          """
          grant_type
          credential
          current
          new
          name
          sid
          sure
          client_id
          client_secret
          client_assertion
          client_assertion_type
          code
          code_verifier
          code_challenge
          code_challenge_method
          redirect_uri
          refresh_token
          device_code
          user_code
          scope
          state
          nonce
          token
          token_type_hint
          id_token_hint
          post_logout_redirect_uri
          response_type
          response_mode
          prompt
          max_age
          login_hint
          request
          request_uri
          registration
          claims
          username
          password
          email
          name
          since
          error
          continue
          _csrf
          decision
          %
          %C3%28
          """,
          "");

  static final List<String> VALUES =
      words(
          """
          %
          %zz
          %E9
          %C3%28
          %ED%A0%80
          %C0%AF
          %00
          a%00b
          %F0%9F%98%80
          +
          x
          99999999999999999999999
          -1
          1e400
          NaN
          null
          true
          console
          demo-service
          demo-secret
          shop
          cli
          authorization_code
          refresh_token
          client_credentials
          urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code
          urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer
          urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange
          urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer
          password
          code
          code+token
          S256
          plain
          none
          login+none
          openid
          openid+openid+internal
          http%3A%2F%2Flocalhost%3A8080%2Fconsole%2F
          http%3A%2F%2F127.0.0.1%3A99999999999%2Fcallback
          http%3A%2F%2F%5B%3A%3A1
          javascript%3Aalert(1)
          %0D%0ASet-Cookie%3A%20a%3Db
          bnVsbA.e30.AA
          e30.e30.AA
          bnVsbA.bnVsbA.bnVsbA
          eyJhbGciOiJSUzI1NiJ9.bnVsbA.AA
          eyJhbGciOiJSUzI1NiIsImtpZCI6bnVsbH0.e30.AA
          eyJhbGciOiJub25lIn0.e30.
          eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJjb25zb2xlIn0.AA
          W10.e30.AA
          ...
          ....
          %3Cscript%3Ealert(1)%3C%2Fscript%3E
          '%20or%201%3D1--
          %7B%22id_token%22%3Anull%7D
          2020-01-01T00%3A00%3A00Z
          %2B999999999-12-31T23%3A59%3A59Z
          """,
          "");

  static final List<String> HEADERS =
      words(
          """
          Accept: foo
          Accept: */*;q=x
          Accept: text/html
          Accept: text/html;q=2, foo
          Accept: application/json
          Accept: image/png
          Content-Type: foo
          Content-Type: ;
          Content-Type: application/x-www-form-urlencoded;charset=nonsense
          Content-Type: application/x-www-form-urlencoded;charset=UTF-16
          Content-Type: multipart/form-data
          Content-Type: multipart/form-data; boundary=
          Content-Type: multipart/form-data; boundary=x
          Content-Type: application/json
          If-None-Match: foo
          If-Modified-Since: foo
          If-Match: foo
          If-Unmodified-Since: Thu, 99 Foo
          Range: bytes=5-1
          Range: foo
          Cookie: SESSION=AA==
          Cookie: SESSION=AA==; SESSION=AA==
          Cookie: SESSION=w6k=
          Cookie: SESSION=!!!!
          Cookie: SESSION=
          Cookie: JSESSIONID=x
          Authorization: foo
          Authorization: Basic
          Authorization: Basic !!!
          Authorization: Basic AA==
          Authorization: Basic Og==
          Authorization: Basic JTpl
          Authorization: Basic JXp6OiV6eg==
          Authorization: Basic ZGVtby1zZXJ2aWNlOmRlbW8tc2VjcmV0
          Authorization: Basic ZGVtby1zZXJ2aWNlOiVDMyUyOA==
          Authorization: Bearer
          Authorization: Bearer bnVsbA.e30.AA
          Authorization: Bearer a b
          Authorization: DPoP bnVsbA.e30.AA
          DPoP: bnVsbA.e30.AA
          X-Forwarded-For: ,
          X-Forwarded-Host: ]:foo
          X-Forwarded-Port: foo
          X-Forwarded-Proto: foo
          X-HTTP-Method-Override: FOO
          Accept-Charset: foo
          Accept-Encoding: foo;q=x
          Expect: foo
          Origin: null
          Origin: foo bar
          Access-Control-Request-Method: foo
          Upgrade: foo
          Transfer-Encoding: foo
          Content-Encoding: gzip
          TE: foo
          Host: ]
          Connection: close, foo
          X-Requested-With: XMLHttpRequest
          Foo bar
          """,
          "Accept: text/html\r\nAccept: foo",
          "Content-Type: text/plain; charset=\u00e9",
          "If-None-Match: \"",
          "Cookie: =; ;;\u0001=\"",
          "Cookie: SESSION=\"AA==",
          "Cookie: SESSION=" + "QUFB".repeat(200),
          "Authorization: Bearer \u00e9",
          "X-Forwarded-For: foo, bar\"",
          "X-Request-Id: \u00ff",
          "Accept-Language: \u00e9;q=foo");

  static final List<String> TAILS =
      words(
          """
          /
          ;a=b
          /..
          /%2e%2e
          %00
          %
          %zz
          %C3%28
          //
          /a/b
          %2F
          ?
          ?=x
          ?a
          ?a=%
          ?%zz=1
          ?a=b&a=c
          ?error
          ?user_code=%C3%28
          #a
          |
          """,
          "", "", "", "", "\"", "\\");

  private static List<String> words(String lines, String... more) {
    return Stream.concat(lines.lines(), Stream.of(more)).toList();
  }
}
