package io.gatehouse.orders.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Customers' keys as the service would have stored them, for data that is made by SQL. */
public final class WrappedKeys {
  private final CustomerKey master;

  /** Under a master key of 32 bytes. */
  public WrappedKeys(byte[] masterKey) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(masterKey, "HmacSHA256"));
      master = new CustomerKey(mac.doFinal("customer keys".getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A new one of this customer. */
  public byte[] of(String customer) {
    return master.seal(CustomerKey.random(32), "customer " + customer);
  }
}
