package io.gatehouse.template;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.IdCursor;
import io.gatehouse.store.Database;
import io.gatehouse.store.ExpectedVersion;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/**
 * The items as PostgreSQL has them. A unit of work is one statement: it looks at the version,
 * changes and answers in one transaction and one round trip.
 */
@Repository
class Items {
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  static final String BY_ID = "select " + Item.COLUMNS + " from items where id = $1";
  static final String PAGE =
      "select " + Item.COLUMNS + " from items where id > $1 order by id limit $2";
  static final String CREATE =
      "insert into items (name, quantity) values ($1, $2) returning " + Item.COLUMNS;
  static final String CHANGE =
      """
      update items set name = $4, quantity = $5, version = version + 1, updated_at = now()
      where id = $1 and (version = any($2) or $2 is null) and not version = any($3)
      returning\s"""
          + Item.COLUMNS;
  static final String DELETE =
      """
      delete from items
      where id = $1 and (version = any($2) or $2 is null) and not version = any($3)
      returning id
      """;

  private final Database database;

  Items(Database database) {
    this.database = database;
  }

  /** The item with this id; empty when there is none. */
  Mono<Item> find(UUID id) {
    return database.one(BY_ID, Item::from, id);
  }

  /** The next items in the order of their creation. */
  Mono<List<Item>> page(IdCursor after, int limit) {
    return database.list(PAGE, Item::from, after.last().orElse(BEFORE_ALL), limit);
  }

  /**
   * A new item.
   *
   * @throws ApiException ALREADY_EXISTS when the name is taken
   */
  Mono<Item> create(String name, int quantity) {
    return database.one(CREATE, Item::from, name, quantity).onErrorMap(Items::nameTaken);
  }

  /**
   * The changed item; empty when there is none of an expected version.
   *
   * @throws ApiException ALREADY_EXISTS when the name is taken
   */
  Mono<Item> change(UUID id, ExpectedVersion expected, String name, int quantity) {
    return database
        .one(
            CHANGE,
            Item::from,
            id,
            expected.amongParameter(),
            expected.notAmongParameter(),
            name,
            quantity)
        .onErrorMap(Items::nameTaken);
  }

  /** The id of the deleted item; empty when there is none of an expected version. */
  Mono<UUID> delete(UUID id, ExpectedVersion expected) {
    return database.one(
        DELETE, row -> id, id, expected.amongParameter(), expected.notAmongParameter());
  }

  private static Throwable nameTaken(Throwable thrown) {
    return thrown instanceof R2dbcDataIntegrityViolationException
        ? ApiException.of(ErrorCode.ALREADY_EXISTS, "There is an item of this name")
        : thrown;
  }
}
