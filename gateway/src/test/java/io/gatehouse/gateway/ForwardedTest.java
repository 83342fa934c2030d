package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Where a request comes from, as a trusted proxy tells it. */
class ForwardedTest extends HttpsGateway {
  @Test
  void clientsAddress_isTheLastUntrustedOne_whateverItClaimedBefore() {
    var claimed = new String[] {"10.9.9.9, 192.0.2.8", "10.1.1.1, 192.0.2.8, 127.0.0.3"};
    for (var chain : claimed) {
      for (var i = 0; i < 4; i++) {
        login(chain);
      }
    }

    assertThat(login("10.5.5.5, 192.0.2.8").statusCode()).as("one address").isEqualTo(429);
    assertThat(login("10.5.5.5, 192.0.2.9").statusCode()).as("another").isEqualTo(200);
    assertThat(AUTH.received().getLast().headers())
        .containsEntry("x-forwarded-for", "192.0.2.9, 127.0.0.1")
        .containsEntry("x-forwarded-proto", "https");
  }

  private java.net.http.HttpResponse<String> login(String chain) {
    return send(
        request("/login").header("X-Forwarded-Proto", "https").header("X-Forwarded-For", chain));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.20:4711 | 192.0.2.20, 127.0.0.1",
        "192.0.2.20:4712 | 192.0.2.20, 127.0.0.1",
        "10.1.1.1, 192.0.2.20:1, 127.0.0.2:99 | 192.0.2.20, 127.0.0.2, 127.0.0.1",
        "[2001:db8::1]:1234 | 2001:db8:0:0:0:0:0:1, 127.0.0.1",
        "2001:db8::1 | 2001:db8:0:0:0:0:0:1, 127.0.0.1",
        "::ffff:192.0.2.21 | 192.0.2.21, 127.0.0.1",
        "192.0.2.22, unknown | 127.0.0.1",
        "192.0.2.22, x outcome=ALLOWED ip=10.0.0.1, 127.0.0.2 | 127.0.0.2, 127.0.0.1",
        ", , | 127.0.0.1"
      })
  void upstream_isToldTheFirstUntrustedAddressFromTheRight_andNothingLeftOfIt(
      String claimed, String told) {
    send(
        request("/.well-known/x")
            .header("X-Forwarded-Proto", "https")
            .header("X-Forwarded-For", claimed));

    assertThat(AUTH.last().headers()).containsEntry("x-forwarded-for", told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "for=192.0.2.60;proto=https;host=shop.example.com | 192.0.2.60, 127.0.0.1",
        "For=\"[2001:db8::17]:4711\"; Proto=HTTPS;host=\"shop.example.com\" | "
            + "2001:db8:0:0:0:0:0:17, 127.0.0.1",
        "for=10.0.0.1;host=\"a,for=1.1.1.1\", for=192.0.2.61:80;proto=https;host=shop.example.com,"
            + " for=127.0.0.9;proto=http | 192.0.2.61, 127.0.0.9, 127.0.0.1",
        "for=_hidden, for=127.0.0.9;proto=https;host=shop.example.com | 127.0.0.9, 127.0.0.1"
      })
  void forwardedOfATrustedProxy_isRead(String forwarded, String told) {
    var answer = send(request("/.well-known/x").header("Forwarded", forwarded));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(AUTH.last().headers())
        .containsEntry("x-forwarded-for", told)
        .containsEntry("x-forwarded-proto", "https")
        .containsEntry("x-forwarded-host", "shop.example.com")
        .doesNotContainKey("forwarded");
  }

  @Test
  void forwarded_isNotRead_besideXForwardedFor_whichAProxyMayNotHaveDropped() {
    send(
        request("/.well-known/x")
            .header("Forwarded", "for=10.0.0.1;proto=http;host=evil.example.com")
            .header("X-Forwarded-Proto", "https")
            .header("X-Forwarded-For", "192.0.2.70"));

    assertThat(AUTH.last().headers())
        .containsEntry("x-forwarded-for", "192.0.2.70, 127.0.0.1")
        .containsEntry("x-forwarded-proto", "https")
        .containsEntry("x-forwarded-host", "127.0.0.1:" + port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTPS", "Https", "http, HTTPS"})
  void schemeOfATrustedProxy_hasNoCase(String scheme) {
    assertThat(send(request("/health").header("X-Forwarded-Proto", scheme)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void ipv6Network_isOneCaller_andAMappedAddressIsItsIpv4One() {
    for (var i = 0; i < 4; i++) {
      login("[2001:db8:7:7::" + i + "]:" + (4000 + i));
      login("192.0.2.30:" + (4000 + i));
    }

    assertThat(login("2001:db8:7:7:ffff::9").statusCode()).isEqualTo(429);
    assertThat(login("2001:db8:7:8::9").statusCode()).isEqualTo(200);
    assertThat(login("::ffff:192.0.2.30").statusCode()).isEqualTo(429);
  }

  @Test
  void guessesOfAClientsSecret_spendTheLoginLimit_andGoodCallsDoNot() {
    AUTH.answering(
        (request, response) ->
            request.uri().startsWith("/internal/")
                ? response.sendString(Mono.just(revocations()))
                : response
                    .status(
                        "Basic bad".equals(request.requestHeaders().get("authorization"))
                            ? 401
                            : 200)
                    .send());

    for (var i = 0; i < 20; i++) {
      assertThat(introspect("192.0.2.80", "Basic good").statusCode()).isEqualTo(200);
    }
    HttpResponse<String> guess;
    var guesses = 0;
    do {
      guess = introspect("192.0.2.80", "Basic bad");
    } while (guess.statusCode() == 401 && ++guesses < 200);

    assertThat(guess.statusCode()).as("after %d guesses", guesses).isEqualTo(429);
    assertThat(guess.headers().firstValue("RateLimit-Policy").orElseThrow())
        .startsWith("\"login\"");
    assertThat(introspect("192.0.2.81", "Basic bad").statusCode()).isEqualTo(401);
  }

  private HttpResponse<String> introspect(String client, String authorization) {
    return send(
        request("/oauth2/introspect")
            .header("X-Forwarded-Proto", "https")
            .header("X-Forwarded-For", client)
            .header("Authorization", authorization)
            .POST(BodyPublishers.ofString("token=x")));
  }
}
