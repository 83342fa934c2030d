package io.gatehouse.auth.passkeys;

import com.webauthn4j.util.exception.WebAuthnException;
import io.gatehouse.auth.passkeys.Passkeys.Handles;
import io.gatehouse.auth.users.PasskeyOrigin;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.platform.GatehouseProperties;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.security.web.webauthn.api.AttestationConveyancePreference;
import org.springframework.security.web.webauthn.api.AuthenticatorAssertionResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorAttestationResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorSelectionCriteria;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.CredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.api.PublicKeyCredential;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialDescriptor;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialParameters;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRequestOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRpEntity;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.api.ResidentKeyRequirement;
import org.springframework.security.web.webauthn.api.UserVerificationRequirement;
import org.springframework.security.web.webauthn.jackson.WebauthnJacksonModule;
import org.springframework.security.web.webauthn.management.ImmutableRelyingPartyRegistrationRequest;
import org.springframework.security.web.webauthn.management.PublicKeyCredentialUserEntityRepository;
import org.springframework.security.web.webauthn.management.RelyingPartyAuthenticationRequest;
import org.springframework.security.web.webauthn.management.RelyingPartyPublicKey;
import org.springframework.security.web.webauthn.management.UserCredentialRepository;
import org.springframework.security.web.webauthn.management.Webauthn4JRelyingPartyOperations;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The two ceremonies of WebAuthn level 3 (sections 7.1 and 7.2), checked by Spring Security: a
 * passkey is registered, and one is used. The relying party is the public URL's host, the only
 * origin is the public URL's; the person is always verified by the device.
 */
@Component
public class Ceremonies {
  private static final String SIGN_IN = "sign-in";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final TypeReference<PublicKeyCredential<AuthenticatorAttestationResponse>> NEW =
      new TypeReference<>() {};
  private static final TypeReference<PublicKeyCredential<AuthenticatorAssertionResponse>> USED =
      new TypeReference<>() {};

  private final Challenges challenges;
  private final Passkeys passkeys;
  private final PublicKeyCredentialRpEntity party;
  private final Set<String> origins;
  private final Webauthn4JRelyingPartyOperations uses;
  private final JsonMapper json =
      JsonMapper.builder().addModule(new WebauthnJacksonModule()).build();

  Ceremonies(Challenges challenges, Passkeys passkeys, GatehouseProperties properties) {
    this.challenges = challenges;
    this.passkeys = passkeys;
    var url = URI.create(properties.issuer());
    this.party = PublicKeyCredentialRpEntity.builder().id(url.getHost()).name("Gatehouse").build();
    this.origins = Set.of(origin(url));
    this.uses = checks(passkeys);
  }

  private Webauthn4JRelyingPartyOperations checks(UserCredentialRepository credentials) {
    return new Webauthn4JRelyingPartyOperations(new Users(), credentials, party, origins);
  }

  /** As browsers say it: without the port that the scheme has anyway. */
  private static String origin(URI url) {
    var usual = url.getScheme().equals("https") ? 443 : 80;
    var port = url.getPort() < 0 || url.getPort() == usual ? "" : ":" + url.getPort();
    return url.getScheme() + "://" + url.getHost() + port;
  }

  /** What came of a registration. */
  public enum Added {
    DONE,
    BAD_NAME,
    TOO_MANY,
    REFUSED
  }

  /** What the browser is asked for a new passkey, as JSON. */
  public String creationOptions(SignedInUser user, String email) {
    return json.writeValueAsString(creation(user, email, challenges.issue(purpose(user))));
  }

  /** What the browser is asked for a sign-in, as JSON. Anybody may ask. */
  public String requestOptions() {
    return json.writeValueAsString(request(challenges.issue(SIGN_IN)));
  }

  /** Registers the passkey that a browser made; {@code credential} is its JSON. */
  public Added add(SignedInUser user, String name, String credential) {
    if (!Passkeys.isName(name)) {
      return Added.BAD_NAME;
    }
    if (passkeys.of(user.id()).size() >= Passkeys.MOST) {
      return Added.TOO_MANY;
    }
    return parse(credential, NEW)
        .filter(made -> register(user, name, made))
        .map(_ -> Added.DONE)
        .orElse(Added.REFUSED);
  }

  private boolean register(
      SignedInUser user, String name, PublicKeyCredential<AuthenticatorAttestationResponse> made) {
    var challenge = challenge(made.getResponse());
    if (challenge == null
        || !challenges.isGenuine(purpose(user), challenge)
        || !challenges.useUp(challenge)) {
      return false;
    }
    try {
      checks(passkeys.addedBy(user.signIn()))
          .registerCredential(
              new ImmutableRelyingPartyRegistrationRequest(
                  creation(user, user.displayName(), challenge),
                  new RelyingPartyPublicKey(made, name)));
      return true;
    } catch (WebAuthnException | IllegalArgumentException | DuplicateKeyException refused) {
      return false;
    }
  }

  /**
   * A passkey that answered.
   *
   * @param user whose it is
   */
  public record Used(String user, PasskeyOrigin origin) {}

  /** The passkey that answered; empty when none did, or not rightly. */
  public Optional<Used> use(String credential) {
    return parse(credential, USED).flatMap(this::check);
  }

  private Optional<Used> check(PublicKeyCredential<AuthenticatorAssertionResponse> used) {
    var challenge = challenge(used.getResponse());
    if (challenge == null || !challenges.isGenuine(SIGN_IN, challenge)) {
      return Optional.empty();
    }
    try {
      var user = uses.authenticate(new RelyingPartyAuthenticationRequest(request(challenge), used));
      return challenges.useUp(challenge)
          ? passkeys.origin(used.getRawId()).map(origin -> new Used(user.getName(), origin))
          : Optional.empty();
    } catch (WebAuthnException | IllegalArgumentException | ClonedPasskeyException refused) {
      return Optional.empty();
    }
  }

  private static String purpose(SignedInUser user) {
    return "add:" + user.id() + ":" + user.signIn();
  }

  private PublicKeyCredentialCreationOptions creation(
      SignedInUser user, String email, byte[] challenge) {
    var known =
        passkeys.findByUserId(Handles.of(user.id())).stream().map(Ceremonies::descriptor).toList();
    return PublicKeyCredentialCreationOptions.builder()
        .rp(party)
        .user(entity(user.id(), email, user.displayName()))
        .challenge(new Bytes(challenge))
        .pubKeyCredParams(
            PublicKeyCredentialParameters.EdDSA,
            PublicKeyCredentialParameters.ES256,
            PublicKeyCredentialParameters.RS256)
        .timeout(PATIENCE)
        .excludeCredentials(known)
        .authenticatorSelection(
            AuthenticatorSelectionCriteria.builder()
                .residentKey(ResidentKeyRequirement.REQUIRED)
                .userVerification(UserVerificationRequirement.REQUIRED)
                .build())
        .attestation(AttestationConveyancePreference.NONE)
        .build();
  }

  private PublicKeyCredentialRequestOptions request(byte[] challenge) {
    return PublicKeyCredentialRequestOptions.builder()
        .challenge(new Bytes(challenge))
        .rpId(party.getId())
        .timeout(PATIENCE)
        .allowCredentials(List.of())
        .userVerification(UserVerificationRequirement.REQUIRED)
        .build();
  }

  private static PublicKeyCredentialDescriptor descriptor(CredentialRecord known) {
    return PublicKeyCredentialDescriptor.builder()
        .id(known.getCredentialId())
        .transports(known.getTransports())
        .build();
  }

  private <T> Optional<T> parse(String text, TypeReference<T> type) {
    try {
      return Optional.ofNullable(json.readValue(text, type));
    } catch (JacksonException | IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  /** The challenge that the browser says it was given; null when it says none. */
  private byte @Nullable [] challenge(@Nullable AuthenticatorResponse response) {
    if (response == null || response.getClientDataJSON() == null) {
      return null;
    }
    try {
      var said = json.readTree(response.getClientDataJSON().getBytes()).path("challenge");
      return Base64.getUrlDecoder().decode(said.asString(""));
    } catch (JacksonException | IllegalArgumentException unreadable) {
      return null;
    }
  }

  private static PublicKeyCredentialUserEntity entity(String id, String name, String shown) {
    return ImmutablePublicKeyCredentialUserEntity.builder()
        .id(Handles.of(id))
        .name(name)
        .displayName(shown)
        .build();
  }

  /** Users are user-service's: all that is known of one here is the id. */
  private static final class Users implements PublicKeyCredentialUserEntityRepository {
    @Override
    public PublicKeyCredentialUserEntity findById(Bytes handle) {
      var id = Handles.user(handle);
      return entity(id, id, id);
    }

    @Override
    public PublicKeyCredentialUserEntity findByUsername(String id) {
      return entity(id, id, id);
    }

    @Override
    public void save(PublicKeyCredentialUserEntity user) {
      throw new UnsupportedOperationException("users are user-service's");
    }

    @Override
    public void delete(Bytes handle) {
      throw new UnsupportedOperationException("users are user-service's");
    }
  }
}
