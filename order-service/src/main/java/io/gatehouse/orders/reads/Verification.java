package io.gatehouse.orders.reads;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.r2dbc.spi.Readable;
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
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Recomputes an order's hash chain from the stored columns: {@code hash = SHA-256(previous hash ‖
 * canonical text)}. It finds what was changed by whoever could not recompute the chain up to the
 * head; it covers ciphertext, so that a destroyed key leaves it valid.
 */
@Component
public class Verification {
  /** Of the stored data that is read at once. */
  private static final int PAGE_BYTES = 1024 * 1024;

  private static final String STREAM =
      "select version, head, last_at, customer_id from streams where order_id = $1";

  private static final String CHAIN =
      """
      select * from (
        select e.version, e.position, e.xid::text as xid, e.type, e.schema, e.at, e.subject, e.client,
               e.role, e.request_id, e.causation, e.data, e.hash,
               sum(octet_length(e.data)) over (order by e.version) - octet_length(e.data) as bytes_before
        from events e where e.order_id = $1 and e.version > $2 and e.version <= $3) e
      where bytes_before < $4
      order by version
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

  /**
   * Recomputes the chain up to the head that the stream has now, some events at a time, so that the
   * longest history costs no more memory than a short one; what is appended meanwhile is not looked
   * at. Off the event loops.
   */
  public Mono<Report> of(UUID orderId) {
    return database
        .queryOne(STREAM, statement -> statement.bind("$1", orderId), Head::of)
        .flatMap(head -> follow(orderId, head, Progress.START).map(done -> report(head, done)));
  }

  private Mono<Progress> follow(UUID orderId, Head head, Progress before) {
    return database
        .query(
            CHAIN,
            statement ->
                statement
                    .bind("$1", orderId)
                    .bind("$2", before.version())
                    .bind("$3", head.version())
                    .bind("$4", PAGE_BYTES),
            row -> Link.of(orderId, row))
        .publishOn(Schedulers.boundedElastic())
        .map(before::after)
        .flatMap(
            now ->
                now.isBroken() || now.version() == before.version()
                    ? Mono.just(now)
                    : follow(orderId, head, now));
  }

  private static Report report(Head head, Progress done) {
    var broken = firstBroken(head, done);
    return new Report(broken == 0, head.version(), head.hash(), broken == 0 ? null : broken);
  }

  /** The first version that does not fit, or 0. */
  private static int firstBroken(Head head, Progress done) {
    if (done.isBroken()) {
      return done.version() + 1;
    }
    if (done.version() < head.version()) {
      return done.version() + 1;
    }
    if (!head.customerId().equals(done.orderedFor())) {
      return 1;
    }
    var fits = done.hash().equals(head.hash()) && head.lastAt().equals(done.at());
    return fits ? 0 : head.version();
  }

  /** The stream that the events should belong to. */
  private record Head(int version, String hash, Instant lastAt, String customerId) {

    static Head of(Readable row) {
      return new Head(
          Rows.number(row, "version"),
          HEX.formatHex(Rows.required(row, "head", byte[].class)),
          Rows.required(row, "last_at", Instant.class),
          Rows.text(row, "customer_id"));
    }
  }

  /**
   * How far the chain holds.
   *
   * @param version the last that fits
   * @param orderedFor the customer that the first event names
   * @param isBroken true when the next one does not fit
   */
  private record Progress(
      int version, String hash, Instant at, String orderedFor, boolean isBroken) {
    static final Progress START = new Progress(0, "", Instant.EPOCH, "", false);

    Progress after(List<Link> links) {
      var now = this;
      for (var link : links) {
        now = now.after(link);
        if (now.isBroken) {
          return now;
        }
      }
      return now;
    }

    private Progress after(Link link) {
      var digest = digest(hash, link.canonical());
      return link.version() == version + 1 && link.hash().equals(digest)
          ? new Progress(
              link.version(),
              digest,
              link.at(),
              version == 0 ? link.orderedFor() : orderedFor,
              false)
          : new Progress(version, hash, at, orderedFor, true);
    }
  }

  private static String digest(String previous, String canonical) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      sha.update(HEX.parseHex(previous));
      return HEX.formatHex(sha.digest(canonical.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /** One stored event. */
  private record Link(int version, Instant at, String canonical, String data, String hash) {

    static Link of(UUID orderId, Readable row) {
      return new Link(
          Rows.number(row, "version"),
          Rows.required(row, "at", Instant.class),
          canonical(orderId, row),
          Rows.text(row, "data"),
          HEX.formatHex(Rows.required(row, "hash", byte[].class)));
    }

    /** As {@code event_digest} in the database spells it. */
    private static String canonical(UUID orderId, Readable row) {
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
