package io.gatehouse.auth.keys;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.gatehouse.defaults.AccessTokenVerifier;
import io.gatehouse.defaults.GatehouseProperties;
import io.gatehouse.defaults.SigningKeys;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import reactor.core.publisher.Mono;

/** Who signs with which key, and who may see which. */
@Configuration(proxyBeanMethods = false)
class KeyConfiguration {

  /** What {@code /oauth2/jwks} publishes: public parts only. */
  @Bean
  JWKSource<SecurityContext> publishedKeys(Keyring keyring) {
    return (selector, _) -> selector.select(keyring.published());
  }

  /** Always signs with the one key whose turn it is. */
  @Bean
  JwtEncoder jwtEncoder(Keyring keyring) {
    return new NimbusJwtEncoder((selector, _) -> selector.select(new JWKSet(keyring.signing())));
  }

  @Bean
  SigningKeys signingKeys(Keyring keyring, Clock clock) {
    return new SigningKeys(Mono.fromCallable(() -> keyring.published().toString()), clock);
  }

  /** Verifies our own access tokens, for introspection, revocation and userinfo. */
  @Bean
  AccessTokenVerifier accessTokenVerifier(
      SigningKeys keys, GatehouseProperties properties, Clock clock) {
    return new AccessTokenVerifier(keys, properties.issuer(), clock);
  }
}
