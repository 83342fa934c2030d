package io.gatehouse.connector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import tools.jackson.databind.json.JsonMapper;

/** The tables that are read, and how their rows become events of a topic. */
enum EventTable {
  USERS("gatehouse.users", "user_events", "transaction_id") {
    // As in the feed of user-service, which has one schema.
    @Override
    PublishedEvent event(Columns row) {
      var value =
          JSON.createObjectNode()
              .put("position", positionOf(row))
              .put("type", row.required("type"))
              .put("userId", row.required("user_id"))
              .put("version", Long.parseLong(row.required("version")))
              .put("at", timeOf(row));
      return event(row, "user_id", 1, value.toString());
    }

    // A user's events are in the order of their positions, handed out while its row is locked; the
    // numbers of its transactions need not be. None of its events is large.
    @Override
    PreparedStatement page(Connection connection, Gap gap, int limit, int bytes)
        throws SQLException {
      var statement =
          connection.prepareStatement(
              """
              select user_id, version, position, transaction_id, type, at, request_id
              from user_events
              where position > greatest(?, (
                  with gap as materialized (
                    select position from user_events where transaction_id >= ?::xid8)
                  select min(position) - 1 from gap))
                and transaction_id >= ?::xid8
              order by position limit ?
              """);
      statement.setLong(1, gap.position());
      statement.setString(2, gap.since());
      statement.setString(3, gap.since());
      statement.setInt(4, limit);
      return statement;
    }
  },

  ORDERS("gatehouse.orders", "events", "xid") {
    // As it is stored: personal data stays sealed under the customer's key.
    @Override
    PublishedEvent event(Columns row) {
      return event(row, "order_id", Integer.parseInt(row.required("schema")), row.required("data"));
    }

    // Whoever appends to an order has seen its last event, so its transaction is a later one.
    @Override
    PreparedStatement page(Connection connection, Gap gap, int limit, int bytes)
        throws SQLException {
      var statement =
          connection.prepareStatement(
              """
              select order_id, version, position, xid, type, schema, at, request_id, data
              from (
                select p.*, sum(octet_length(data)) over (order by xid, position) - octet_length(data) as bytes_before
                from (
                  select order_id, version, position, xid, type, schema, at, request_id, data
                  from events where (xid, position) > (greatest(?::xid8, ?::xid8), ?)
                  order by xid, position limit ?) p) e
              where bytes_before < ?
              order by xid, position
              """);
      statement.setString(1, gap.transaction());
      statement.setString(2, gap.since());
      statement.setLong(3, gap.position());
      statement.setInt(4, limit);
      statement.setInt(5, bytes);
      return statement;
    }
  };

  private static final JsonMapper JSON = new JsonMapper();

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSX").withZone(ZoneOffset.UTC);

  private final String topic;
  private final String table;
  private final String transactionColumn;

  EventTable(String topic, String table, String transactionColumn) {
    this.topic = topic;
    this.table = table;
    this.transactionColumn = transactionColumn;
  }

  /**
   * What of a table is not known to have been sent.
   *
   * @param since every event of earlier transactions has been sent
   * @param transaction of the event before the next page, "0" for the first page
   * @param position of the same event, 0 for the first page
   */
  record Gap(String since, String transaction, long position) {
    static Gap since(String transaction) {
      return new Gap(transaction, "0", 0);
    }

    Gap after(String lastTransaction, long lastPosition) {
      return new Gap(since, lastTransaction, lastPosition);
    }
  }

  /** The event of a row. */
  abstract PublishedEvent event(Columns row);

  /**
   * The next events of a gap, each key's in order.
   *
   * @param limit at most this many
   * @param bytes of their data, which the last one may exceed
   */
  abstract PreparedStatement page(Connection connection, Gap gap, int limit, int bytes)
      throws SQLException;

  /** Also its name in metrics and in the log. */
  String topic() {
    return topic;
  }

  String table() {
    return table;
  }

  String transactionOf(Columns row) {
    return row.required(transactionColumn);
  }

  PublishedEvent event(Columns row, String keyColumn, int schema, String value) {
    return new PublishedEvent(
        row.required(keyColumn),
        row.required("type"),
        schema,
        Long.parseLong(row.required("version")),
        positionOf(row),
        timeOf(row),
        row.text("request_id"),
        value);
  }

  String positionOf(Columns row) {
    return transactionOf(row) + '.' + row.required("position");
  }

  /** RFC 3339 in UTC with microseconds. */
  static String timeOf(Columns row) {
    return MICROSECONDS.format(Instant.parse(row.required("at")));
  }
}
