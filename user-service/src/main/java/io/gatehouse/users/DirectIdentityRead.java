package io.gatehouse.users;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.tokens.DirectRead;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.users.InternalHandler.Identity;
import io.gatehouse.users.accounts.User;
import io.gatehouse.users.accounts.Users;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * One user as the issuer asks for it with every token of a person, and as of now: never from the
 * cache. {@link InternalHandler} has the rules, and whatever is refused.
 */
@Component
final class DirectIdentityRead implements DirectRead {
  private final Users users;
  private final JsonMapper json;

  DirectIdentityRead(Users users, JsonMapper json) {
    this.users = users;
    this.json = json;
  }

  @Override
  public String route() {
    return "/internal/users/{id}";
  }

  @Override
  public @Nullable Mono<Answer> read(String id, AccessToken caller) {
    if (!caller.hasScope(InternalHandler.SCOPE)) {
      return null;
    }
    return QueryParameters.uuid(id).map(this::find).orElse(null);
  }

  private Mono<Answer> find(UUID id) {
    return users.find(id).switchIfEmpty(Mono.error(InternalHandler::missing)).map(this::answer);
  }

  private Answer answer(User user) {
    return new Answer(UserHandler.tag(user.version()), json.writeValueAsBytes(Identity.from(user)));
  }
}
