package io.gatehouse.bench;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;
import redis.embedded.RedisServer;

/** What the services are measured on: a durable PostgreSQL, a Redis, and the issuer of a token. */
final class Stores {
  private static final Duration TOKEN_LIFE = Duration.ofDays(1);

  private Stores() {}

  /** Writes DIRECTORY/token, then serves until it is killed. */
  static void run(Path directory, int keysPort, int redisPort, int postgresPort) throws Exception {
    var key = new RSAKeyGenerator(2048).keyID("bench").generate();
    var redis =
        RedisServer.builder()
            .port(redisPort)
            .bind("127.0.0.1")
            .setting("save \"\"")
            .setting("appendonly no")
            .build();
    redis.start();
    var postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(directory.resolve("postgresql"))
            .setPort(postgresPort)
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("max_wal_size", "4GB")
            .setPGStartupWait(Duration.ofMinutes(2))
            .start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  redis.stop();
                  try {
                    postgres.close();
                  } catch (java.io.IOException failed) {
                    failed.printStackTrace();
                  }
                }));
    Files.writeString(directory.resolve("token"), token(key));
    var jwks = new JWKSet(key.toPublicJWK()).toString();
    HttpServer.create()
        .host("127.0.0.1")
        .port(keysPort)
        .handle(
            (_, response) ->
                response.header("content-type", "application/json").sendString(Mono.just(jwks)))
        .bindNow()
        .onDispose()
        .block();
  }

  private static String token(RSAKey key) throws Exception {
    var now = Instant.now();
    var token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID("bench")
                .build(),
            new JWTClaimsSet.Builder()
                .issuer("http://localhost:8080")
                .subject("demo-service")
                .audience("gatehouse")
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(TOKEN_LIFE)))
                .jwtID("bench")
                .claim("client_id", "demo-service")
                .claim("scope", "users.read users.write orders.read orders.write")
                .claim("roles", List.of("SERVICE"))
                .build());
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }
}
