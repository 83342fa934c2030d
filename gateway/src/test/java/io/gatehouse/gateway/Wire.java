package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.Http2Wire.Answer;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The versions of HTTP in which one request can come to the gateway, byte by byte. */
enum Wire {
  HTTP_1_1 {
    @Override
    String at(GatewayFixture gateway) {
      return "http://127.0.0.1:" + gateway.port;
    }

    @Override
    Answer ask(GatewayFixture gateway, Asked asked) {
      var text = new StringBuilder(asked.method + " " + asked.path + " HTTP/1.1\r\n");
      asked.host.ifPresent(host -> text.append("Host: ").append(host).append("\r\n"));
      asked.headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
      if (asked.bodyBytes > 0 && !asked.headers.containsKey("content-length")) {
        text.append("transfer-encoding: chunked\r\n\r\n%x\r\n".formatted(asked.bodyBytes))
            .repeat('a', asked.bodyBytes)
            .append(asked.ends ? "\r\n0\r\n\r\n" : "");
      } else {
        text.append("\r\n").repeat('a', asked.bodyBytes);
      }
      return parsed(gateway.raw(text.toString()));
    }
  },
  HTTP_2 {
    @Override
    String at(GatewayFixture gateway) {
      return "https://127.0.0.1:" + gateway.https.port();
    }

    @Override
    Answer ask(GatewayFixture gateway, Asked asked) {
      var lines = new ArrayList<>(List.of(":method", asked.method, ":scheme", "https"));
      lines.addAll(List.of(":path", asked.path));
      asked.host.ifPresent(host -> lines.addAll(List.of(":authority", host)));
      asked.headers.forEach((name, value) -> lines.addAll(List.of(name, value)));
      try (var wire = Http2Wire.connected(gateway.https.port())) {
        var whole = asked.ends && asked.bodyBytes == 0;
        wire.head(1, whole, lines.toArray(String[]::new)).flush();
        var answer = wire.upload(1, asked.ends, asked.bodyBytes).answer(1);
        // Whatever became of the stream: its connection serves on.
        assertThat(wire.request(3, true, "GET", "/health").flush().answer(3).status())
            .isEqualTo(200);
        return answer;
      }
    }
  };

  /** Java's own. */
  static final HttpClient HTTP_2_CLIENT = http2();

  /** The start of every URL. */
  abstract String at(GatewayFixture gateway);

  /** The answer, however it ends. */
  abstract Answer ask(GatewayFixture gateway, Asked asked);

  /** A request; by HTTP/1.1 its connection is to close after it. */
  record Asked(
      String method,
      String path,
      Optional<String> host,
      Map<String, String> headers,
      int bodyBytes,
      boolean ends) {

    static Asked to(String method, String path) {
      return new Asked(method, path, Optional.of("localhost"), Map.of(), 0, true);
    }

    Asked at(String other) {
      return new Asked(
          method, path, Optional.of(other).filter(h -> !h.isEmpty()), headers, bodyBytes, ends);
    }

    /** Its name in lower case. */
    Asked with(String name, String value) {
      var more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Asked(method, path, host, more, bodyBytes, ends);
    }

    Asked sending(int bytes) {
      return new Asked(method, path, host, headers, bytes, true);
    }

    /** No more comes after that. */
    Asked sendingOnly(int bytes) {
      return new Asked(method, path, host, headers, bytes, false);
    }
  }

  private static HttpClient http2() {
    try {
      var anybody = SSLContext.getInstance("TLS");
      anybody.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
      return HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(anybody).build();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Answer parsed(String text) {
    var end = text.indexOf("\r\n\r\n");
    var lines = text.substring(0, end).split("\r\n", -1);
    var headers = new LinkedHashMap<String, String>();
    for (var line : List.of(lines).subList(1, lines.length)) {
      var colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    return new Answer(
        Integer.parseInt(lines[0].substring(9, 12)),
        headers,
        text.substring(end + 4),
        Map.of(),
        Optional.empty());
  }
}
