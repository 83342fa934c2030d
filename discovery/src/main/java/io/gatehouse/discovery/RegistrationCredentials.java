package io.gatehouse.discovery;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a service must show to register or to read the registry. Checked by hand: two rules are not
 * worth a validation provider in every start.
 *
 * @param user {@code GATEHOUSE_DISCOVERY_USER}
 * @param password {@code GATEHOUSE_DISCOVERY_PASSWORD}; there is no default
 */
@ConfigurationProperties("gatehouse.discovery")
record RegistrationCredentials(
    @DefaultValue("gatehouse") String user, @DefaultValue("") String password) {

  RegistrationCredentials {
    if (user.isBlank()) {
      throw new IllegalArgumentException(
          "gatehouse.discovery.user (GATEHOUSE_DISCOVERY_USER) must not be empty");
    }
    if (password.isBlank()) {
      throw new IllegalArgumentException(
          "gatehouse.discovery.password (GATEHOUSE_DISCOVERY_PASSWORD) must be set");
    }
  }

  @Override
  public String toString() {
    return "RegistrationCredentials[user=" + user + ", password=hidden]";
  }
}
