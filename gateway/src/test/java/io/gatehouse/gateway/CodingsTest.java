package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Content codings: which is chosen, and that two of them are two representations. */
@ParameterizedClass
@EnumSource(Wire.class)
class CodingsTest extends GatewayFixture {
  private static final String LONG = "\"" + "a".repeat(5000) + "\"";
  private static final String TOKEN = TOKENS.user("codings");

  @BeforeEach
  void ordersAreLong() {
    ORDERS.answering(
        (request, response) -> {
          response.header("content-type", "application/json").header("etag", "\"3\"");
          var known = request.requestHeaders().get("if-none-match");
          if (known != null && known.contains("\"3\"")) {
            return response.status(304).send();
          }
          response.header("content-length", String.valueOf(LONG.length()));
          return request.method().name().equals("HEAD")
              ? response.send()
              : response.sendString(Mono.just(LONG));
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip",
        "x-gzip",
        "GZIP",
        "*",
        "br, *",
        "gzip;q=0.001",
        "gzip, deflate, br, zstd",
        "snappy, zstd;q=1, gzip;q=0.1",
        "identity;q=0.5, gzip;q=1.0"
      })
  void gzip_isChosen_whereItIsAccepted(String accepted) throws IOException {
    var answer = ordersAccepting(accepted);

    assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"3-gzip\"");
    assertThat(answer.headers().firstValue("Content-Length"))
        .isNotEqualTo(Optional.of(String.valueOf(LONG.length())));
    try (var body = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(body.readAllBytes()).asString().isEqualTo(LONG);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "identity",
        "",
        "gzip;q=0",
        "gzip; q=0.000",
        "*;q=0",
        "*, gzip;q=0",
        "snappy",
        "br",
        "deflate",
        "zstd",
        "gzipped",
        ";;;,,=",
        "*/*"
      })
  void answer_isAsItIs_whereGzipIsNotAccepted(String accepted) throws IOException {
    var answer = ordersAccepting(accepted);

    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"3\"");
    assertThat(answer.body()).asString().isEqualTo(LONG);
  }

  private HttpResponse<byte[]> ordersAccepting(String accepted) throws IOException {
    try {
      var request = request("/api/orders", TOKEN).header("Accept-Encoding", accepted).build();
      return client(request).send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  @Test
  void head_saysWhatGetWould_andNoLengthOfAnotherCoding() {
    var coded =
        send(
            request("/api/orders", TOKEN)
                .method("HEAD", BodyPublishers.noBody())
                .header("Accept-Encoding", "gzip"));
    var plain = send(request("/api/orders", TOKEN).method("HEAD", BodyPublishers.noBody()));

    assertThat(coded.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(coded.headers().firstValue("ETag")).hasValue("\"3-gzip\"");
    assertThat(coded.headers().firstValue("Content-Length")).isEmpty();
    assertThat(plain.headers().firstValue("ETag")).hasValue("\"3\"");
    assertThat(plain.headers().firstValue("Content-Length"))
        .hasValue(String.valueOf(LONG.length()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"3-gzip\" | \"3-gzip\"",
        "\"1\", \"3-gzip\" | \"3-gzip\"",
        "\"3\" | \"3\"",
        "W/\"3-gzip\" | \"3-gzip\""
      })
  void tagThatTheClientHas_isComparedAsTheServices_andNamedAsTheClients(
      String known, String named) {
    var answer =
        send(
            request("/api/orders", TOKEN)
                .header("Accept-Encoding", "gzip")
                .header("If-None-Match", known));

    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(answer.headers().firstValue("ETag")).hasValue(named);
    assertThat(ORDERS.last().headers().get("if-none-match")).doesNotContain("gzip");
  }

  @Test
  void tagOfACompressedAnswer_guardsAChange() {
    send(
        request("/api/orders/1", TOKEN)
            .header("If-Match", "\"3-gzip\"")
            .PUT(BodyPublishers.ofString("{}")));

    assertThat(ORDERS.last().headers()).containsEntry("if-match", "\"3\"");
  }

  @Test
  void oneConnection_remembersNothingOfTheRequestBefore() {
    for (var tag : List.of("\"3-gzip\"", "\"3\"", "\"3-gzip\"", "\"3\"")) {
      var answer = send(request("/api/orders", TOKEN).header("If-None-Match", tag));

      assertThat(answer.headers().firstValue("ETag")).hasValue(tag);
      assertThat(answer.headers().firstValue("Connection")).as("stays open").isEmpty();
    }
  }

  @Test
  void everyAnswer_saysByWhatItVaries() {
    for (var request :
        List.of(
            request("/api/orders", TOKEN),
            request("/api/orders", TOKEN).header("Accept-Encoding", "gzip"),
            request("/api/orders"),
            request("/health"),
            request("/docs"),
            request("/openapi.json"),
            request("/nowhere"))) {
      assertThat(
              String.join(", ", send(request).headers().allValues("Vary"))
                  .toLowerCase(java.util.Locale.ROOT))
          .contains("origin", "accept-encoding");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "identity", "br", "foo", "gzip, gzip"})
  void codedBody_isRefused_andToldWhatIsTaken(String coding) {
    var answer =
        send(
            request("/api/orders", TOKEN)
                .header("Content-Encoding", coding)
                .POST(BodyPublishers.ofString("{}")));

    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.headers().firstValue("Accept-Encoding")).hasValue("identity");
    assertThat(answer.body()).contains("\"code\":\"UNSUPPORTED_MEDIA_TYPE\"", "Content-Encoding");
    assertThat(ORDERS.received()).isEmpty();
  }

  @Test
  void codingOfNoBody_isNoMatter() {
    var answer = send(request("/api/orders", TOKEN).header("Content-Encoding", "gzip").GET());

    assertThat(answer.statusCode()).isEqualTo(200);
  }
}
