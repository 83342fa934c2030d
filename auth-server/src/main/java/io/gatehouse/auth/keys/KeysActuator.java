package io.gatehouse.auth.keys;

import io.gatehouse.auth.keys.Keyring.Shown;
import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;

/**
 * For operators, on the management port: {@code GET /actuator/keys} lists the signing keys, {@code
 * POST /actuator/keys} (with an empty JSON object) starts a rotation.
 */
@Component
@Endpoint(id = "keys")
class KeysActuator {
  private final Keyring keyring;

  KeysActuator(Keyring keyring) {
    this.keyring = keyring;
  }

  record Keys(List<Shown> keys) {}

  @ReadOperation
  Keys list() {
    return new Keys(keyring.show());
  }

  @WriteOperation
  Keys rotate() {
    var _ = keyring.rotate();
    return list();
  }
}
