package io.gatehouse.orders.views;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gatehouse.orders.store.Database;
import io.gatehouse.orders.store.Rows;
import io.r2dbc.spi.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Recomputes an order's hash chain from the stored columns: {@code hash = SHA-256(previous hash ‖
 * canonical text)}. It finds what was changed by whoever could not recompute the chain up to the
 * head; it covers ciphertext, so that a destroyed key leaves it valid.
 */
@Component
public class Verification {
  private static final String CHAIN =
      """
      select s.version as last_version, s.head, s.last_at, s.customer_id, e.version, e.position,
             e.xid::text as xid, e.type, e.schema, e.at, e.subject, e.client, e.role, e.request_id,
             e.causation, e.data, e.hash
      from streams s left join events e on e.order_id = s.order_id
      where s.order_id = $1
      order by e.version
      """;
  private static final HexFormat HEX = HexFormat.of();
  private static final JsonMapper JSON = new JsonMapper();

  private final Database database;

  public Verification(Database database) {
    this.database = database;
  }

  /**
   * What the recomputation found.
   *
   * @param versions how many the stream should have
   * @param brokenAt the first version that is not what was written; null when all are
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Report(boolean valid, int versions, String head, @Nullable Integer brokenAt) {}

  public Mono<Report> of(UUID orderId) {
    return database
        .query(CHAIN, statement -> statement.bind("$1", orderId), row -> Link.of(orderId, row))
        .map(Verification::check);
  }

  private static Report check(List<Link> links) {
    var stream = links.getFirst();
    var broken = firstBroken(links);
    return new Report(
        broken == 0, stream.lastVersion(), stream.head(), broken == 0 ? null : broken);
  }

  /** The first version that does not fit, or 0. */
  private static int firstBroken(List<Link> links) {
    var stream = links.getFirst();
    var previous = new byte[0];
    var version = 0;
    for (var link : links) {
      version++;
      var digest = digest(previous, link.canonical());
      if (link.version() != version || !link.hash().equals(HEX.formatHex(digest))) {
        return version;
      }
      previous = digest;
    }
    if (!stream.customerId().equals(stream.orderedFor())) {
      return 1;
    }
    if (version != stream.lastVersion()) {
      return Math.min(version, stream.lastVersion()) + 1;
    }
    var last = links.getLast();
    return last.hash().equals(stream.head()) && last.at().equals(stream.lastAt()) ? 0 : version;
  }

  private static byte[] digest(byte[] previous, String canonical) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      sha.update(previous);
      return sha.digest(canonical.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /** One stored event, and the stream it should belong to. Version 0 where there is no event. */
  private record Link(
      int lastVersion,
      String head,
      Instant lastAt,
      String customerId,
      int version,
      Instant at,
      String canonical,
      String data,
      String hash) {

    static Link of(UUID orderId, Row row) {
      var found = row.get("version", Integer.class);
      var version = found == null ? 0 : found;
      var exists = found != null;
      return new Link(
          Rows.number(row, "last_version"),
          HEX.formatHex(Rows.required(row, "head", byte[].class)),
          Rows.required(row, "last_at", Instant.class),
          Rows.text(row, "customer_id"),
          version,
          exists ? Rows.required(row, "at", Instant.class) : Instant.EPOCH,
          exists ? canonical(orderId, row) : "",
          exists ? Rows.text(row, "data") : "{}",
          exists ? HEX.formatHex(Rows.required(row, "hash", byte[].class)) : "");
    }

    /** As {@code event_digest} in the database spells it. */
    private static String canonical(UUID orderId, Row row) {
      var at = Rows.required(row, "at", Instant.class);
      var text = new StringJoiner("|");
      text.add(orderId.toString());
      text.add(Rows.required(row, "version", Integer.class).toString());
      text.add(Rows.required(row, "position", Long.class).toString());
      text.add(Rows.text(row, "xid"));
      text.add(Rows.text(row, "type"));
      text.add(Rows.required(row, "schema", Integer.class).toString());
      text.add(Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, at)));
      for (var column : List.of("subject", "client", "role", "request_id", "causation")) {
        var value = Rows.text(row, column);
        text.add(Integer.toString(value.codePointCount(0, value.length()))).add(value);
      }
      return text.add(Rows.text(row, "data")).toString();
    }

    /** The customer that the first event names. */
    String orderedFor() {
      try {
        return JSON.readTree(data).path("customerId").asString();
      } catch (JacksonException unreadable) {
        return "";
      }
    }
  }
}
