package io.gatehouse.auth;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A device with one passkey, and the browser before it: answers as WebAuthn level 3 says, or
 * wrongly in one point.
 */
final class SoftAuthenticator {
  private static final int PRESENT = 0x01;
  private static final int VERIFIED = 0x04;
  private static final int WITH_KEY = 0x40;
  private static final JsonMapper JSON = new JsonMapper();

  String origin = AuthServerTest.PUBLIC_URL;
  String rpId = "localhost";
  String handle = "";
  boolean verifies = true;
  long counter;
  private KeyPair key = newKey();
  private byte[] id = bytes(UUID.randomUUID());

  /** The JSON of a new passkey, for the options of the page. */
  String create(String options) {
    var asked = JSON.readTree(options);
    handle = asked.at("/user/id").asString("");
    var client = clientData("webauthn.create", asked);
    var data = new ByteArrayOutputStream();
    data.writeBytes(authenticatorData(WITH_KEY));
    data.writeBytes(new byte[16]);
    data.writeBytes(new byte[] {0, (byte) id.length});
    data.writeBytes(id);
    data.writeBytes(coseKey());
    var object = new ByteArrayOutputStream();
    object.write(0xa3);
    text(object, "fmt");
    text(object, "none");
    text(object, "attStmt");
    object.write(0xa0);
    text(object, "authData");
    binary(object, data.toByteArray());
    return credential(
        Map.of(
            "clientDataJSON", base64(client), "attestationObject", base64(object.toByteArray())));
  }

  /** The JSON of a use of the passkey, for the options of the page. */
  String use(String options) {
    counter += counter == 0 ? 0 : 1;
    return useAgain(options);
  }

  /** The same with the counter as it was, as a copy of the device would. */
  String useAgain(String options) {
    var client = clientData("webauthn.get", JSON.readTree(options));
    var data = authenticatorData(0);
    try {
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key.getPrivate());
      signature.update(data);
      signature.update(sha256(client));
      return credential(
          Map.of(
              "clientDataJSON", base64(client),
              "authenticatorData", base64(data),
              "signature", base64(signature.sign()),
              "userHandle", handle));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Another key under the same id. */
  void forgeKey() {
    key = newKey();
  }

  /** Another passkey of the same device. */
  void next() {
    key = newKey();
    id = bytes(UUID.randomUUID());
  }

  private String credential(Map<String, String> response) {
    return JSON.writeValueAsString(
        Map.of(
            "id", base64(id),
            "rawId", base64(id),
            "type", "public-key",
            "clientExtensionResults", Map.of(),
            "response", response));
  }

  private byte[] clientData(String type, JsonNode asked) {
    return JSON.writeValueAsString(
            Map.of(
                "type",
                type,
                "challenge",
                asked.path("challenge").asString(""),
                "origin",
                origin,
                "crossOrigin",
                false))
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] authenticatorData(int flags) {
    int all = flags | PRESENT | (verifies ? VERIFIED : 0);
    return ByteBuffer.allocate(37)
        .put(sha256(rpId.getBytes(StandardCharsets.UTF_8)))
        .put((byte) all)
        .putInt((int) counter)
        .array();
  }

  /** CBOR of {@code {1: 2, 3: -7, -1: 1, -2: x, -3: y}} (RFC 9053): ES256. */
  private byte[] coseKey() {
    var point = ((ECPublicKey) key.getPublic()).getW();
    var map = new ByteArrayOutputStream();
    map.writeBytes(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21});
    binary(map, fixed(point.getAffineX()));
    map.write(0x22);
    binary(map, fixed(point.getAffineY()));
    return map.toByteArray();
  }

  private static byte[] fixed(BigInteger number) {
    var bytes = number.toByteArray();
    var from = Math.max(0, bytes.length - 32);
    var fixed = new byte[32];
    System.arraycopy(bytes, from, fixed, 32 - (bytes.length - from), bytes.length - from);
    return fixed;
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write(0x60 | text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void binary(ByteArrayOutputStream out, byte[] bytes) {
    out.write(0x58);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  private static KeyPair newKey() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] bytes(UUID id) {
    return Arrays.copyOf(id.toString().getBytes(StandardCharsets.US_ASCII), 16);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
