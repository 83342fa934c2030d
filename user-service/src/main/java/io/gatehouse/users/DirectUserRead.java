package io.gatehouse.users;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.tokens.DirectRead;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.users.accounts.UserDocuments;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** One user, as the cache has it; {@link UserHandler} has the rules, and whatever is refused. */
@Component
final class DirectUserRead implements DirectRead {
  private final UserDocuments documents;

  DirectUserRead(UserDocuments documents) {
    this.documents = documents;
  }

  @Override
  public String route() {
    return "/api/users/{id}";
  }

  @Override
  public @Nullable Mono<Answer> read(String id, AccessToken caller) {
    if (!caller.hasScope(UserHandler.READ)) {
      return null;
    }
    return QueryParameters.uuid(id)
        .filter(user -> UserHandler.mayActOn(user, caller))
        .map(this::find)
        .orElse(null);
  }

  private Mono<Answer> find(UUID id) {
    return documents
        .find(id)
        .switchIfEmpty(UserHandler.notFound())
        .map(user -> new Answer(UserHandler.tag(user.version()), user.json()));
  }
}
