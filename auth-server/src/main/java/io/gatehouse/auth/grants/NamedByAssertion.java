package io.gatehouse.auth.grants;

import com.nimbusds.jwt.JWTParser;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.web.authentication.JwtClientAssertionAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * A client that signs an assertion need not send its {@code client_id} besides: the assertion's
 * subject is it (RFC 7521 section 4.2). Spring's converter insists on the parameter, so it is given
 * the subject; whether the assertion is that client's is found out afterwards, as for any other.
 */
final class NamedByAssertion implements AuthenticationConverter {
  private final AuthenticationConverter assertions =
      new JwtClientAssertionAuthenticationConverter();

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    var assertion = request.getParameter(OAuth2ParameterNames.CLIENT_ASSERTION);
    return assertion == null || request.getParameter(OAuth2ParameterNames.CLIENT_ID) != null
        ? null
        : assertions.convert(new Named(request, subject(assertion)));
  }

  private static String subject(String assertion) {
    try {
      var subject = JWTParser.parse(assertion).getJWTClaimsSet().getSubject();
      if (subject != null && !subject.isBlank()) {
        return subject;
      }
    } catch (ParseException noAssertion) {
      // Refused below, as one that says nothing of its client.
    }
    throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
  }

  private static final class Named extends HttpServletRequestWrapper {
    private final Map<String, String[]> parameters;

    Named(HttpServletRequest request, String clientId) {
      super(request);
      parameters = new LinkedHashMap<>(request.getParameterMap());
      parameters.put(OAuth2ParameterNames.CLIENT_ID, new String[] {clientId});
    }

    @Override
    public Map<String, String[]> getParameterMap() {
      return parameters;
    }
  }
}
