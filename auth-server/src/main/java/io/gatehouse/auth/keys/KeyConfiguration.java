package io.gatehouse.auth.keys;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.tokens.AccessTokenVerifier;
import io.gatehouse.defaults.tokens.SigningKeys;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.JwtEncoder;

/** Who signs with which key, and who may see which. */
@Configuration(proxyBeanMethods = false)
class KeyConfiguration {

  /** What {@code /oauth2/jwks} publishes: public parts only. */
  @Bean
  JWKSource<SecurityContext> publishedKeys(Keyring keyring) {
    return (selector, _) -> selector.select(keyring.published());
  }

  @Bean
  JwtEncoder jwtEncoder(Keyring keyring) {
    return new KeyringEncoder(keyring);
  }

  /** Follows the keyring at once: what another instance signs must not wait for the next fetch. */
  @Bean
  SigningKeys signingKeys(Keyring keyring, Clock clock) {
    var keys = SigningKeys.of(() -> keyring.published().toString(), clock);
    keyring.onReload(keys::refreshSoon);
    return keys;
  }

  /** Verifies our own access tokens, for introspection, revocation and userinfo. */
  @Bean
  AccessTokenVerifier accessTokenVerifier(
      SigningKeys keys, GatehouseProperties properties, Clock clock) {
    return new AccessTokenVerifier(keys, properties.issuer(), clock);
  }
}
