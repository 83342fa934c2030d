package io.gatehouse.auth.grants;

import io.gatehouse.auth.grants.SignIns.SignIn;
import io.gatehouse.defaults.platform.Times;
import io.gatehouse.defaults.web.IdCursor;
import io.gatehouse.defaults.web.QueryParameters;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;

/**
 * A page of a person's sign-ins.
 *
 * @param next a cursor; null at the end
 */
record SignInPage(List<Item> items, @Nullable String next) {
  private static final char CURSOR = 's';

  /**
   * One sign-in. Times as the contract writes them.
   *
   * @param current whether the call was made by it
   */
  record Item(
      UUID sid,
      String client,
      String startedAt,
      String lastUsedAt,
      @Nullable String ip,
      @Nullable String userAgent,
      boolean current) {
    static Item of(SignIn signIn, UUID caller) {
      return new Item(
          signIn.sid(),
          signIn.client(),
          Times.text(signIn.startedAt()),
          Times.text(signIn.lastUsedAt()),
          signIn.ip(),
          signIn.userAgent(),
          signIn.sid().equals(caller));
    }
  }

  /**
   * The page that {@code limit} and {@code cursor} ask for.
   *
   * @param caller the sign-in that calls
   */
  static ResponseEntity<SignInPage> answer(
      SignIns signIns, String user, UUID caller, MultiValueMap<String, String> parameters) {
    var query = QueryParameters.in(parameters, "limit", "cursor");
    var limit = query.limit();
    var after =
        query.parse(
            "cursor", text -> IdCursor.parse(CURSOR, text), "is no cursor that this list gave out");
    query.check();
    // One more than the page holds, to know whether there is a next one.
    var found = signIns.page(user, after.flatMap(IdCursor::last), limit + 1);
    var items = found.stream().limit(limit).map(signIn -> Item.of(signIn, caller)).toList();
    var next =
        found.size() > limit ? IdCursor.behind(CURSOR, items.getLast().sid()).toString() : null;
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new SignInPage(items, next));
  }
}
