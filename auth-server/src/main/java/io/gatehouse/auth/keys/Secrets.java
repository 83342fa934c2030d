package io.gatehouse.auth.keys;

import io.gatehouse.auth.AuthProperties;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * All that is done under {@code GATEHOUSE_KEY_ENCRYPTION_KEY}: AES-256-GCM for what is stored, and
 * HMAC-SHA-256 under one derived key per purpose.
 */
@Component
public class Secrets {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final byte[] master;
  private final Map<Purpose, byte[]> derived = new EnumMap<>(Purpose.class);
  private final SecureRandom random = new SecureRandom();

  Secrets(AuthProperties properties) {
    this.master = properties.keyEncryptionKeyBytes();
    for (var purpose : Purpose.values()) {
      derived.put(purpose, hmac(master, purpose.name().getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /** What a MAC is for; a MAC for one purpose is worthless for another. */
  public enum Purpose {
    REFRESH_TOKEN,
    CLIENT_SECRET,
    PASSKEY_CHALLENGE
  }

  /** HMAC-SHA-256 of the data: 32 bytes. */
  public byte[] mac(Purpose purpose, byte[] data) {
    return hmac(Objects.requireNonNull(derived.get(purpose)), data);
  }

  /** SHA-256, for looking up random values that are not stored themselves. */
  public static byte[] hash(String value) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Nonce and ciphertext; {@code context} must be the same at decryption. */
  byte[] encrypt(byte[] plain, String context) {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      var sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain);
      var all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
      return all;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * The plain bytes.
   *
   * @throws IllegalStateException when they were encrypted under another key
   */
  byte[] decrypt(byte[] sealed, String context) {
    var nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, context)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (AEADBadTagException otherKey) {
      throw new IllegalStateException(
          "GATEHOUSE_KEY_ENCRYPTION_KEY is not the key under which the signing keys were stored",
          otherKey);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(master, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
