package io.gatehouse.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;
import redis.embedded.RedisServer;

/**
 * A service that always gives the same 200 bytes: after 0.9 s when the path ends with /slow, as a
 * failure when it ends with /broken. It also is the issuer of the bench's tokens, and keeps mails.
 */
final class Upstream {
  private static final String BODY = "{\"items\":[" + "1234567,".repeat(23) + "0]}";

  /** Twenty, as a laptop has them soon. */
  private static final String MAILS =
      "["
          + "{\"at\":\"2026-01-01T00:00:00Z\",\"to\":\"a@example.com\",\"subject\":\"A mail\",\"text\":\"%s\"},"
              .formatted("Some words. ".repeat(40))
              .repeat(19)
          + "{\"at\":\"2026-01-01T00:00:00Z\",\"to\":\"a@example.com\",\"subject\":\"A mail\",\"text\":\"\"}]";

  private static final Duration SLOW = Duration.ofMillis(900);

  private Upstream() {}

  /** Writes DIRECTORY/token, DIRECTORY/admin-token and DIRECTORY/key.pem, then serves. */
  static void run(int port, String directory) throws Exception {
    var key = new RSAKeyGenerator(2048).keyID("bench").generate();
    Files.writeString(
        Path.of(directory, "token"), token(key, "demo-service", "demo-service", "SERVICE"));
    Files.writeString(Path.of(directory, "admin-token"), token(key, "grace", "console", "ADMIN"));
    Files.writeString(
        Path.of(directory, "key.pem"),
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(key.toRSAPublicKey().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    var jwks = new JWKSet(key.toPublicJWK()).toString();
    HttpServer.create()
        .host("127.0.0.1")
        .port(port)
        .handle(
            (request, response) -> {
              var answer = Mono.just(answer(request.uri(), jwks));
              return response
                  .status(request.uri().endsWith("/broken") ? 500 : 200)
                  .header("content-type", "application/json")
                  .sendString(request.uri().endsWith("/slow") ? answer.delayElement(SLOW) : answer);
            })
        .bindNow()
        .onDispose()
        .block();
  }

  private static String token(RSAKey key, String subject, String client, String role)
      throws JOSEException {
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID("bench")
                .build(),
            new JWTClaimsSet.Builder()
                .issuer("http://localhost:8080")
                .subject(subject)
                .audience("gatehouse")
                .issueTime(Date.from(Instant.now()))
                .notBeforeTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(86_400)))
                .jwtID(client)
                .claim("client_id", client)
                .claim("scope", "users.read users.write orders.read orders.write")
                .claim("roles", List.of(role))
                .build());
    jwt.sign(new RSASSASigner(key));
    return jwt.serialize();
  }

  private static String answer(String uri, String jwks) {
    if (uri.startsWith("/oauth2/jwks")) {
      return jwks;
    }
    if (uri.startsWith("/actuator/mails")) {
      return MAILS;
    }
    return uri.startsWith("/internal/revocations")
        ? "{\"asOf\":\"" + Instant.now() + "\",\"entries\":[]}"
        : BODY;
  }

  static void redis(int port) throws Exception {
    var server =
        RedisServer.builder()
            .port(port)
            .bind("127.0.0.1")
            .setting("save \"\"")
            .setting("appendonly no")
            .build();
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
    new CountDownLatch(1).await();
  }
}
