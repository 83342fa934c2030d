package io.gatehouse.auth.admin;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import org.springframework.stereotype.Component;

/**
 * Who may manage clients and keys: a person who is ADMIN, by one of the platform's own clients. No
 * scope stands for it, so a third party's client must not do it in an ADMIN's name, and a client
 * must not make itself another.
 */
@Component
class AdminPeople {
  private final Clients clients;

  AdminPeople(Clients clients) {
    this.clients = clients;
  }

  /**
   * Passes for an ADMIN person.
   *
   * @throws ApiException FORBIDDEN
   */
  void require(AccessToken caller) {
    if (caller.sid() == null || !caller.hasRole("ADMIN")) {
      throw ApiException.of(ErrorCode.FORBIDDEN, "Only a person who is ADMIN may do this");
    }
    if (!clients.isFirstParty(caller.clientId())) {
      throw ApiException.of(
          ErrorCode.FORBIDDEN,
          "Only the platform's own clients, such as console and cli, may do this for an ADMIN");
    }
  }
}
