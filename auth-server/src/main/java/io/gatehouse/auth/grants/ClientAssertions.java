package io.gatehouse.auth.grants;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.keys.Secrets;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionDecoderFactory;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.stereotype.Component;

/**
 * Reads what a client signs to prove who it is ({@code private_key_jwt}: RFC 7523, OpenID Connect
 * Core section 9). Its keys are those it was registered with: nothing is fetched from an address of
 * somebody else's. An assertion lives ten minutes at most and counts once.
 */
@Component
class ClientAssertions implements JwtDecoderFactory<RegisteredClient> {
  static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
  private static final Duration MAX_LIFE = Duration.ofMinutes(10);

  private final JdbcClient jdbc;
  private final Clock clock;

  ClientAssertions(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public JwtDecoder createDecoder(RegisteredClient client) {
    var processor = new DefaultJWTProcessor<SecurityContext>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("client-authentication+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys(client))));
    // Spring's validators look at the claims.
    processor.setJWTClaimsSetVerifier((_, _) -> {});
    var decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            JwtClientAssertionDecoderFactory.DEFAULT_JWT_VALIDATOR_FACTORY.apply(client),
            assertion -> shortLived(assertion)));
    return token -> once(client, decoder.decode(token));
  }

  private static JWKSet keys(RegisteredClient client) {
    @Nullable String keys = client.getClientSettings().getSetting(Clients.JWKS);
    if (keys == null) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    try {
      return JWKSet.parse(keys);
    } catch (ParseException damaged) {
      throw new IllegalStateException("the keys of client " + client.getId(), damaged);
    }
  }

  private OAuth2TokenValidatorResult shortLived(Jwt assertion) {
    var expires = assertion.getExpiresAt();
    var jti = assertion.getId();
    return expires != null
            && !expires.isAfter(clock.instant().plus(MAX_LIFE))
            && jti != null
            && !jti.isBlank()
        ? OAuth2TokenValidatorResult.success()
        : OAuth2TokenValidatorResult.failure(
            new OAuth2Error(
                OAuth2ErrorCodes.INVALID_CLIENT,
                "exp must be at most ten minutes away, and jti must be there",
                null));
  }

  /** Of any number of uses at once, on any number of instances, one succeeds. */
  private Jwt once(RegisteredClient client, Jwt assertion) {
    var expires = java.util.Objects.requireNonNull(assertion.getExpiresAt());
    var first =
        jdbc.sql(
                """
                insert into client_assertion (client_id, jti_hash, expires_at)
                values (:client, :jti, :expires) on conflict do nothing
                """)
            .param("client", client.getId())
            .param("jti", Secrets.hash(String.valueOf(assertion.getId())))
            .param("expires", Timestamp.from(forgetAt(expires)))
            .update();
    if (first == 0) {
      throw new OAuth2AuthenticationException(
          new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT, "this assertion was used before", null));
    }
    return assertion;
  }

  /** Later than any clock would still take it. */
  private static Instant forgetAt(Instant expires) {
    return expires.plus(MAX_LIFE);
  }

  @Scheduled(initialDelayString = "60s", fixedDelayString = "${gatehouse.housekeeping:60s}")
  void forgetExpired() {
    try {
      jdbc.sql("delete from client_assertion where expires_at < now()").update();
    } catch (DataAccessException databaseAway) {
      // Nothing is lost: the next run removes it.
    }
  }
}
