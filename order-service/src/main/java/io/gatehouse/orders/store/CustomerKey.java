package io.gatehouse.orders.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals one customer's personal data with AES-256-GCM: {@code iv(12) ‖ ciphertext ‖ tag(16)}, a
 * random iv each time. The context (order and event type) is authenticated with it, so a sealed
 * part cannot be moved elsewhere.
 */
public final class CustomerKey {
  private static final int IV_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * One for each thread, as making one takes several times what it takes to open a key. There are
   * as many as threads that seal or open: the event loops and a few workers.
   */
  private static final ThreadLocal<Cipher> CIPHERS =
      ThreadLocal.withInitial(CustomerKey::newCipher);

  private final SecretKeySpec key;

  CustomerKey(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  static byte[] random(int bytes) {
    var value = new byte[bytes];
    RANDOM.nextBytes(value);
    return value;
  }

  /** Sealed text in base64. */
  public String seal(String plain, String context) {
    return Base64.getEncoder()
        .encodeToString(seal(plain.getBytes(StandardCharsets.UTF_8), context));
  }

  /**
   * What was sealed.
   *
   * @throws IllegalStateException when it was changed, or sealed by another key or for another
   *     context
   */
  public String open(String sealed, String context) {
    return new String(open(Base64.getDecoder().decode(sealed), context), StandardCharsets.UTF_8);
  }

  byte[] seal(byte[] plain, String context) {
    try {
      var iv = random(IV_BYTES);
      var cipher = cipher(Cipher.ENCRYPT_MODE, iv, context);
      var sealed = Arrays.copyOf(iv, IV_BYTES + cipher.getOutputSize(plain.length));
      cipher.doFinal(plain, 0, plain.length, sealed, IV_BYTES);
      return sealed;
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("cannot seal", failed);
    }
  }

  byte[] open(byte[] sealed, String context) {
    return openIfItsOwn(sealed, context)
        .orElseThrow(() -> new IllegalStateException("cannot open what was sealed for " + context));
  }

  /**
   * What was sealed; empty when it was changed, or sealed by another key or for another context.
   */
  Optional<byte[]> openIfItsOwn(byte[] sealed, String context) {
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, IV_BYTES), context);
      return Optional.of(cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES));
    } catch (AEADBadTagException notItsOwn) {
      return Optional.empty();
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("cannot open what was sealed for " + context, failed);
    }
  }

  private Cipher cipher(int mode, byte[] iv, String context) throws GeneralSecurityException {
    var cipher = CIPHERS.get();
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
    cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static Cipher newCipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
