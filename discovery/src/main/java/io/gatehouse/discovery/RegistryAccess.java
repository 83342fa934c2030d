package io.gatehouse.discovery;

import com.netflix.eureka.cluster.PeerEurekaNode;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.SecurityFilterChain;

/**
 * HTTP Basic in front of everything but the management port's endpoints. No sessions and no
 * cookies, so there is nothing for a cross-site request to ride on and CSRF protection is off.
 *
 * <p>Services register and read. What a peer tells is about others and is not told on, so only a
 * peer may say it: by the path of replication, or by the mark that makes any call one. Whatever
 * else the library serves is closed to services.
 */
@Configuration(proxyBeanMethods = false)
class RegistryAccess {

  private static final String PEER = "PEER";
  private static final String SERVICE = "SERVICE";

  @Bean
  SecurityFilterChain registryChain(
      HttpSecurity http,
      RegistrationCredentials credentials,
      RegistryPeers peers,
      PeerContact contact) {
    return http.authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(EndpointRequest.toAnyEndpoint())
                    .permitAll()
                    .requestMatchers(RegistryAccess::isReplication)
                    .hasRole(PEER)
                    .requestMatchers("/eureka/apps", "/eureka/apps/**")
                    .hasAnyRole(SERVICE, PEER)
                    .requestMatchers("/eureka/**")
                    .hasRole(PEER)
                    .anyRequest()
                    .authenticated())
        .authenticationManager(only(credentials, peers, contact))
        .httpBasic(basic -> basic.authenticationEntryPoint(ErrorAnswers::unauthenticated))
        .exceptionHandling(
            handling ->
                handling
                    .authenticationEntryPoint(ErrorAnswers::unauthenticated)
                    .accessDeniedHandler(ErrorAnswers::forbidden))
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .csrf(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .build();
  }

  private static boolean isReplication(HttpServletRequest request) {
    return request.getHeader(PeerEurekaNode.HEADER_REPLICATION) != null;
  }

  /** Long random secrets, compared in constant time: a slow hash would buy nothing. */
  private static AuthenticationManager only(
      RegistrationCredentials credentials, RegistryPeers peers, PeerContact contact) {
    if (credentials.user().equals(RegistryPeers.USER)
        || credentials.password().equals(peers.peerPassword())) {
      throw new IllegalStateException(
          "gatehouse.discovery.user (GATEHOUSE_DISCOVERY_USER) and .password must not be those of"
              + " the peers (peer, GATEHOUSE_DISCOVERY_PEER_PASSWORD): a service could register"
              + " others");
    }
    return given -> {
      var shown = given.getName() + ":" + given.getCredentials();
      if (equal(credentials.user() + ":" + credentials.password(), shown)) {
        return signedIn(given, SERVICE);
      }
      if (peers.other().isPresent()
          && equal(RegistryPeers.USER + ":" + peers.peerPassword(), shown)) {
        contact.heard();
        return signedIn(given, PEER);
      }
      throw new BadCredentialsException("unknown registration credentials");
    };
  }

  private static Authentication signedIn(Authentication given, String role) {
    return UsernamePasswordAuthenticationToken.authenticated(
        given.getName(), null, AuthorityUtils.createAuthorityList("ROLE_" + role));
  }

  private static boolean equal(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
