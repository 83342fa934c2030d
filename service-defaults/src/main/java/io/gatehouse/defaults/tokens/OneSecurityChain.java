package io.gatehouse.defaults.tokens;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;

/**
 * Leaves out the chain that Spring Boot 4.1.0 adds to whatever chains there are (its issue 50778):
 * it would meet what ours let pass, such as probes.
 */
class OneSecurityChain implements AutoConfigurationImportFilter {
  private static final String SECOND =
      "org.springframework.boot.security.oauth2.server.resource.autoconfigure.web.reactive"
          + ".ReactiveOAuth2ResourceServerWebSecurityAutoConfiguration";

  @Override
  public boolean[] match(
      @Nullable String[] autoConfigurations, AutoConfigurationMetadata metadata) {
    var kept = new boolean[autoConfigurations.length];
    for (var i = 0; i < kept.length; i++) {
      kept[i] = !SECOND.equals(autoConfigurations[i]);
    }
    return kept;
  }
}
