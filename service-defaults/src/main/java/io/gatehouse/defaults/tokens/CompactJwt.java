package io.gatehouse.defaults.tokens;

import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.Base64;

/** Reads the compact form of a signed JWT (RFC 7515 section 7.1), in its one spelling. */
public final class CompactJwt {
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private CompactJwt() {}

  /**
   * The JWT, its signature not checked.
   *
   * @throws ParseException when it is none, or is spelled with padding, spaces or unused bits set:
   *     two spellings of one token would be two tokens to whoever remembers them
   */
  public static SignedJWT parse(String token) throws ParseException {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new ParseException("not three parts", 0);
    }
    for (var part : parts) {
      if (!part.equals(ENCODER.encodeToString(decoded(part)))) {
        throw new ParseException("not base64url without padding", 0);
      }
    }
    // The library takes JSON's null for an object and fails on it.
    var header = decoded(parts[0]);
    if (header.length == 0 || header[0] != '{') {
      throw new ParseException("the header is no object", 0);
    }
    return SignedJWT.parse(token);
  }

  private static byte[] decoded(String part) throws ParseException {
    try {
      return DECODER.decode(part);
    } catch (IllegalArgumentException notBase64) {
      throw new ParseException("not base64url", 0);
    }
  }
}
